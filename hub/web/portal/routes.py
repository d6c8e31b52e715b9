"""The portal's addresses."""

from starlette.routing import BaseRoute, Route

from hub.flow.portal_port import PortalPort
from hub.web.portal import assets, assistance, claim, delivery, home, purchase
from hub.web.portal.endpoint import Page, endpoint, of_purchase


def portal_routes(port: PortalPort) -> list[BaseRoute]:
    """All routes of the buyers' portal over the steps behind `port`; mount them at the root of an app."""

    def at(path: str, page: Page, method: str = "GET") -> Route:
        return Route(path, endpoint(port, page), methods=[method])

    return [
        at("/p/{issuer}", home.home),
        at("/p/{issuer}", home.find, "POST"),
        at("/p/{issuer}/brand.css", assets.brand_page),
        at("/p/{issuer}/logo", assets.logo_page),
        at("/p/{issuer}/ayuda", assistance.ask_shop),
        at("/p/{issuer}/ayuda", assistance.store_shop, "POST"),
        at("/f/{token}", of_purchase(purchase.show)),
        at("/f/{token}/revisar", of_purchase(claim.review)),
        at("/f/{token}/revisar", of_purchase(claim.keep), "POST"),
        at("/f/{token}/facturar", of_purchase(claim.invoice), "POST"),
        at("/f/{token}/facturar", of_purchase(purchase.back)),
        at("/f/{token}/avance", of_purchase(purchase.progress)),
        at("/f/{token}/pdf", of_purchase(delivery.download("pdf"))),
        at("/f/{token}/xml", of_purchase(delivery.download("xml"))),
        at("/f/{token}/enviar", of_purchase(delivery.send), "POST"),
        at("/f/{token}/enviar", of_purchase(purchase.back)),
        at("/f/{token}/ayuda", of_purchase(assistance.ask)),
        at("/f/{token}/ayuda", of_purchase(assistance.store), "POST"),
        Route("/portal/{name}", assets.static_file, methods=["GET"]),
    ]
