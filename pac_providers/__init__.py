"""Built-in PAC providers: each folder is a plugin without privileges."""
