"""The hub's ASGI pages and endpoints."""
