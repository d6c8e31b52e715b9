"""Built-in connectors: each folder is a plugin without privileges."""
