"""The issued invoice in the buyer's hands: its files, and a copy to one more address."""

import unicodedata
from http import HTTPStatus
from typing import Literal
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from hub.flow.portal_model import Purchase
from hub.flow.portal_port import PortalPort
from hub.web.portal import notices
from hub.web.portal.endpoint import PurchasePage
from hub.web.portal.purchase import invoiced_page
from hub.web.portal.visit import Visit

_MEDIA_TYPES = {"pdf": "application/pdf", "xml": "application/xml"}


def download(kind: Literal["pdf", "xml"]) -> PurchasePage:
    def page(port: PortalPort, visit: Visit, purchase: Purchase) -> Response:
        file = port.file(purchase.token, kind)
        if file is None:
            return RedirectResponse(visit.to("f", purchase.token), HTTPStatus.SEE_OTHER)
        headers = {"Content-Disposition": attachment(file.name), "Content-Type": _MEDIA_TYPES[kind]}
        return Response(file.content, headers=headers)

    return page


def send(port: PortalPort, visit: Visit, purchase: Purchase) -> Response:
    if purchase.invoice is None:
        return RedirectResponse(visit.to("f", purchase.token), HTTPStatus.SEE_OTHER)
    if not port.hit(f"send:{purchase.token}"):
        return notices.too_many_tries(visit, port.brand(purchase.issuer), visit.to("f", purchase.token, "ayuda"))
    problem = port.send_copy(purchase.token, visit.form.get("email", ""))
    if problem is not None:
        return invoiced_page(port, visit, purchase, problem)
    return RedirectResponse(visit.to("f", purchase.token) + "?enviado=1", HTTPStatus.SEE_OTHER)


def attachment(name: str) -> str:
    """Content-Disposition of a download (RFC 6266): plain letters for old clients, the real name beside."""
    real = "".join("-" if char in '/\\:*?"<>|' or not char.isprintable() else char for char in name)
    plain = unicodedata.normalize("NFKD", real).encode("ascii", "ignore").decode()
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(real, safe='')}"
