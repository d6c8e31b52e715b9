"""The buyer's form: from what was posted to `FiscalData`, and from data and problems to the page."""

from http import HTTPStatus

from starlette.responses import Response

from hub.flow.portal_messages import message
from hub.flow.portal_model import FieldProblem, FiscalData, Purchase
from hub.flow.portal_port import PortalPort
from hub.sat.rfc import EXTRANJERO
from hub.web.portal import catalog
from hub.web.portal.rendering import render
from hub.web.portal.visit import Visit

FIELDS = ("rfc", "nombre", "codigo_postal", "regimen_fiscal", "uso_cfdi", "email")


def posted_data(visit: Visit) -> FiscalData:
    """What was typed, with the buttons that change a field applied: a repaired form, or "no Mexican RFC"."""
    typed = {name: visit.form.get(name, "") for name in FIELDS}
    name, _, value = visit.form.get("sugerencia", "").partition("=")
    if name in typed:
        typed[name] = value
    if visit.form.get("extranjero"):
        typed |= {"rfc": EXTRANJERO, "codigo_postal": "", "regimen_fiscal": "616", "uso_cfdi": "S01"}
    return FiscalData(**typed)


def form_page(
    port: PortalPort,
    visit: Visit,
    purchase: Purchase,
    data: FiscalData | None = None,
    problems: tuple[FieldProblem, ...] = (),
    *,
    status: int = HTTPStatus.OK,
) -> Response:
    """Screen 1: the purchase and the fields, with the problems on top and beside their fields."""
    values = data or purchase.typed or FiscalData()
    return render(
        visit,
        "form.html",
        brand=port.brand(purchase.issuer),
        status=status,
        purchase=purchase,
        data=values,
        problems=problems,
        by_field={problem.field: problem for problem in reversed(problems)},
        **choices(values),
        partly_refunded=partly_refunded(purchase),
    )


def choices(data: FiscalData) -> dict[str, object]:
    """The two lists, and the uso to preselect."""
    uso = data.uso_cfdi or catalog.default_uso(data.regimen_fiscal, data.rfc)
    return {
        "regimenes": catalog.regimen_choices(data.rfc, data.regimen_fiscal),
        "usos": catalog.uso_choices(data.regimen_fiscal, data.rfc, uso),
        "uso": uso,
    }


def partly_refunded(purchase: Purchase) -> bool:
    return 0 < purchase.refunded < purchase.total


def uso_notice(asked: str, data: FiscalData) -> str:
    """Message 18 when the uso that was asked for gave way to one that the régimen allows."""
    if asked not in catalog.USOS or asked in catalog.allowed_usos(data.regimen_fiscal, data.rfc):
        return ""
    instead = catalog.USOS.get(data.uso_cfdi, data.uso_cfdi)
    return message(18, chosen=catalog.USOS[asked], instead=instead)
