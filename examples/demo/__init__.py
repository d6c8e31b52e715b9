"""A whole hub on this machine: a shop, its sales, the daemon, a mail catcher and one buyer in the portal."""
