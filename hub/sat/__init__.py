"""What SAT publishes: catalogs and their search, deadlines, rates, régimen and uso, RFC and names, zones, EFOS.

No database of the hub, no plugins, no settings: `catalogs.use` and `efos.use` are told where installed editions are.
"""
