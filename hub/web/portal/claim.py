"""From the typed fields to the request of an invoice: review (screen 2) and the one button."""

from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from hub.flow.portal_model import FiscalData, Purchase, Review, Stage
from hub.flow.portal_port import PortalPort
from hub.sat.rfc import EXTRANJERO
from hub.web.portal import catalog, notices
from hub.web.portal.endpoint import PurchasePage
from hub.web.portal.form import form_page, partly_refunded, posted_data, uso_notice
from hub.web.portal.rendering import render
from hub.web.portal.visit import Visit

_INVOICEABLE = {Stage.OPEN, Stage.CORRECT}


def while_invoiceable(page: PurchasePage) -> PurchasePage:
    """Sends whoever comes late (second tap, old tab) to where the purchase stands now."""

    def checked(port: PortalPort, visit: Visit, purchase: Purchase) -> Response:
        if purchase.stage in _INVOICEABLE:
            return page(port, visit, purchase)
        return _see(visit, purchase)

    return checked


def limited(page: PurchasePage) -> PurchasePage:
    def counted(port: PortalPort, visit: Visit, purchase: Purchase) -> Response:
        if port.hit(f"submit:{purchase.token}"):
            return page(port, visit, purchase)
        help_url = visit.to("f", purchase.token, "ayuda")
        return notices.too_many_tries(visit, port.brand(purchase.issuer), help_url)

    return counted


@while_invoiceable
@limited
def keep(port: PortalPort, visit: Visit, purchase: Purchase) -> Response:
    """Keeps what was typed and shows the outcome at an address that can be reloaded."""
    typed = posted_data(visit)
    data = _with_allowed_uso(typed)
    port.review(purchase.token, data)
    changed = f"?{urlencode({'uso': typed.uso_cfdi})}" if data != typed and typed.uso_cfdi else ""
    return RedirectResponse(visit.to("f", purchase.token, "revisar") + changed, HTTPStatus.SEE_OTHER)


@while_invoiceable
def review(port: PortalPort, visit: Visit, purchase: Purchase) -> Response:
    if purchase.typed is None:
        return _see(visit, purchase)
    answer = port.review(purchase.token, purchase.typed)
    if not isinstance(answer, Review):
        return form_page(port, visit, purchase, purchase.typed, answer)
    return _review_page(port, visit, purchase, answer)


@while_invoiceable
@limited
def invoice(port: PortalPort, visit: Visit, purchase: Purchase) -> Response:
    """Asks for the invoice with exactly the data that the buyer saw (or chose: his own saved ones)."""
    data = purchase.saved if visit.form.get("guardados") and purchase.saved else posted_data(visit)
    answer = port.invoice(purchase.token, data)
    if isinstance(answer, Purchase):
        return _see(visit, answer, fresh=True)
    return form_page(port, visit, purchase, data, answer, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _with_allowed_uso(data: FiscalData) -> FiscalData:
    if data.uso_cfdi in catalog.allowed_usos(data.regimen_fiscal, data.rfc):
        return data
    return replace(data, uso_cfdi=catalog.default_uso(data.regimen_fiscal, data.rfc))


def _review_page(port: PortalPort, visit: Visit, purchase: Purchase, answer: Review) -> Response:
    transferred = sum(amount for _, amount in answer.impuestos)
    withheld = sum(amount for _, amount in answer.retenciones)
    return render(
        visit,
        "review.html",
        brand=port.brand(purchase.issuer),
        purchase=purchase,
        review=answer,
        subtotal=answer.total - transferred + withheld,
        uso_notice=uso_notice(visit.query.get("uso", ""), answer.data),
        partly_refunded=partly_refunded(purchase),
        foreign=answer.data.rfc == EXTRANJERO,
    )


def _see(visit: Visit, purchase: Purchase, *, fresh: bool = False) -> Response:
    page = ("avance",) if purchase.stage is Stage.WORKING else ()
    done = "?listo=1" if fresh and purchase.stage is Stage.INVOICED else ""
    return RedirectResponse(visit.to("f", purchase.token, *page) + done, HTTPStatus.SEE_OTHER)
