"""What SAT publishes: catalogs, régimen and uso, RFC and names, time zones, currencies. No database, no plugins."""
