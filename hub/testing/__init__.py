"""The public kit for tests of plugins."""
