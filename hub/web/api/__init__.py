"""The REST API: sales in, where they are out, and events to whoever subscribed."""

from .routes import api_routes

__all__ = ["api_routes"]
