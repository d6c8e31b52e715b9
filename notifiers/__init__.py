"""Built-in notifiers: each folder is a plugin without privileges."""
