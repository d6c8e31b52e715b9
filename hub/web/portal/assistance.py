"""The way that is not the portal: leave your data or your question, a person of the shop answers."""

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from hub.flow.portal_model import FieldProblem, FiscalData, Purchase
from hub.flow.portal_port import HelpRequest, HelpTopic, PortalBrand, PortalPort
from hub.web.portal import notices, wording
from hub.web.portal.form import choices, posted_data
from hub.web.portal.rendering import render
from hub.web.portal.visit import Visit

_WITH_DATA = {HelpTopic.GLOBAL, HelpTopic.LATE}


@dataclass(frozen=True, slots=True)
class _Desk:
    """Who is asked, and about what: the shop alone, or one purchase."""

    issuer: str
    topic: HelpTopic
    brand: PortalBrand | None
    purchase: Purchase | None = None

    def address(self, visit: Visit) -> str:
        return visit.to("f", self.purchase.token, "ayuda") if self.purchase else visit.to("p", self.issuer, "ayuda")


def ask(port: PortalPort, visit: Visit, purchase: Purchase) -> Response:
    return _ask_page(visit, _desk_of(port, purchase, visit.query.get("tema")))


def store(port: PortalPort, visit: Visit, purchase: Purchase) -> Response:
    return _store(port, visit, _desk_of(port, purchase, visit.form.get("tema")))


def ask_shop(port: PortalPort, visit: Visit) -> Response:
    brand = port.brand(visit.issuer)
    return _ask_page(visit, _Desk(brand.issuer, HelpTopic.SEARCH, brand)) if brand else notices.unknown_shop(visit)


def store_shop(port: PortalPort, visit: Visit) -> Response:
    brand = port.brand(visit.issuer)
    if brand is None:
        return notices.unknown_shop(visit)
    return _store(port, visit, _Desk(brand.issuer, HelpTopic.SEARCH, brand))


def _desk_of(port: PortalPort, purchase: Purchase, asked: str | None) -> _Desk:
    known = asked in set(HelpTopic) - {HelpTopic.SEARCH}
    topic = HelpTopic(asked) if asked and known else HelpTopic.ASSISTED
    return _Desk(purchase.issuer, topic, port.brand(purchase.issuer), purchase)


def _store(port: PortalPort, visit: Visit, desk: _Desk) -> Response:
    if not port.hit(f"help:{visit.client}"):
        return notices.too_many_tries(visit, desk.brand)
    request = HelpRequest(
        topic=desk.topic,
        contact=visit.form.get("contact", ""),
        message=visit.form.get("message", ""),
        data=posted_data(visit) if desk.topic in _WITH_DATA else None,
    )
    answer = port.ask_help(desk.issuer, desk.purchase.token if desk.purchase else None, request)
    if not isinstance(answer, str):
        return _ask_page(visit, desk, request, answer)
    query = urlencode({"tema": desk.topic, "folio": answer})
    return RedirectResponse(f"{desk.address(visit)}?{query}", HTTPStatus.SEE_OTHER)


def _ask_page(
    visit: Visit, desk: _Desk, request: HelpRequest | None = None, problems: tuple[FieldProblem, ...] = ()
) -> Response:
    data = (request and request.data) or (desk.purchase and desk.purchase.typed) or FiscalData()
    return render(
        visit,
        "help.html",
        brand=desk.brand,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
        purchase=desk.purchase,
        topic=desk.topic,
        address=desk.address(visit),
        help=wording.HELP[desk.topic],
        asked=request or HelpRequest(desk.topic, ""),
        with_data=desk.topic in _WITH_DATA,
        data=data,
        problems=problems,
        by_field={problem.field: problem for problem in reversed(problems)},
        folio="" if problems else _folio(visit),
        **choices(data),
    )


def _folio(visit: Visit) -> str:
    folio = visit.query.get("folio", "")
    return folio if folio.replace("-", "").isalnum() and len(folio) <= 20 else ""
