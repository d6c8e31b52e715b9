"""The buyers' self-invoice portal: server-rendered pages that work without JavaScript."""

from hub.web.portal.routes import portal_routes

__all__ = ["portal_routes"]
