"""The web side: webhooks, the buyers' portal, health."""
