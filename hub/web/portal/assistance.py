"""The way that is not the portal: leave your data or your question, a person of the shop answers."""

from http import HTTPStatus

from starlette.responses import RedirectResponse, Response

from hub.flow.portal_model import FieldProblem, FiscalData, Purchase
from hub.flow.portal_port import HelpRequest, HelpTopic, PortalBrand, PortalPort
from hub.web.portal import notices, wording
from hub.web.portal.form import choices, posted_data
from hub.web.portal.rendering import render
from hub.web.portal.visit import Visit

_WITH_DATA = {HelpTopic.GLOBAL, HelpTopic.LATE}


def ask(port: PortalPort, visit: Visit, purchase: Purchase) -> Response:
    return _ask_page(visit, port.brand(purchase.issuer), purchase, _topic(visit.query.get("tema")))


def store(port: PortalPort, visit: Visit, purchase: Purchase) -> Response:
    topic = _topic(visit.form.get("tema"))
    return _store(port, visit, port.brand(purchase.issuer), purchase.issuer, purchase, topic)


def ask_shop(port: PortalPort, visit: Visit) -> Response:
    brand = port.brand(visit.issuer)
    return _ask_page(visit, brand, None, HelpTopic.SEARCH) if brand else notices.unknown_shop(visit)


def store_shop(port: PortalPort, visit: Visit) -> Response:
    brand = port.brand(visit.issuer)
    if brand is None:
        return notices.unknown_shop(visit)
    return _store(port, visit, brand, brand.issuer, None, HelpTopic.SEARCH)


def _topic(asked: str | None) -> HelpTopic:
    own = asked in set(HelpTopic) - {HelpTopic.SEARCH}
    return HelpTopic(asked) if asked and own else HelpTopic.ASSISTED


def _store(
    port: PortalPort, visit: Visit, brand: PortalBrand | None, issuer: str, purchase: Purchase | None, topic: HelpTopic
) -> Response:
    if not port.hit(f"help:{visit.client}"):
        return notices.too_many_tries(visit, brand)
    request = HelpRequest(
        topic=topic,
        contact=visit.form.get("contact", ""),
        message=visit.form.get("message", ""),
        data=posted_data(visit) if topic in _WITH_DATA else None,
    )
    answer = port.ask_help(issuer, purchase.token if purchase else None, request)
    if not isinstance(answer, str):
        return _ask_page(visit, brand, purchase, topic, request, answer)
    here = visit.to("f", purchase.token, "ayuda") if purchase else visit.to("p", issuer, "ayuda")
    return RedirectResponse(f"{here}?tema={topic}&folio={answer}", HTTPStatus.SEE_OTHER)


def _ask_page(
    visit: Visit,
    brand: PortalBrand | None,
    purchase: Purchase | None,
    topic: HelpTopic,
    request: HelpRequest | None = None,
    problems: tuple[FieldProblem, ...] = (),
) -> Response:
    data = (request and request.data) or (purchase and purchase.typed) or FiscalData()
    return render(
        visit,
        "help.html",
        brand=brand,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
        purchase=purchase,
        topic=topic,
        help=wording.HELP[topic],
        asked=request or HelpRequest(topic, ""),
        with_data=topic in _WITH_DATA,
        data=data,
        problems=problems,
        by_field={problem.field: problem for problem in reversed(problems)},
        folio="" if problems else _folio(visit),
        **choices(data),
    )


def _folio(visit: Visit) -> str:
    folio = visit.query.get("folio", "")
    return folio if folio.replace("-", "").isalnum() and len(folio) <= 20 else ""
