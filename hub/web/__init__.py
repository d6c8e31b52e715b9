"""The web side: webhooks, the REST API, the buyers' portal, health."""
