"""Screen 0: the order number and the total, for who has no link."""

from http import HTTPStatus

from starlette.responses import RedirectResponse, Response

from hub.flow.portal_messages import message
from hub.flow.portal_model import FieldProblem
from hub.flow.portal_port import PortalBrand, PortalPort, canonical_reference
from hub.web.portal import notices
from hub.web.portal.rendering import render
from hub.web.portal.visit import Visit


def home(port: PortalPort, visit: Visit) -> Response:
    brand = port.brand(visit.issuer)
    return _home_page(visit, brand) if brand else notices.unknown_shop(visit)


def find(port: PortalPort, visit: Visit) -> Response:
    brand = port.brand(visit.issuer)
    if brand is None:
        return notices.unknown_shop(visit)
    reference, total = visit.form.get("pedido", ""), visit.form.get("total", "")
    problems = _empty(reference, total)
    if problems:
        return _home_page(visit, brand, problems)
    if not _may_try(port, visit, reference):
        return notices.too_many_tries(visit, brand, help_url=visit.to("p", brand.issuer, "ayuda"))
    token = port.find(brand.issuer, reference, total)
    if token is None:
        return _home_page(visit, brand, (FieldProblem("pedido", message(1)),))
    return RedirectResponse(visit.to("f", token), HTTPStatus.SEE_OTHER)


def _may_try(port: PortalPort, visit: Visit, reference: str) -> bool:
    # By reference too: many addresses may not guess the total of one order together.
    by_client = port.hit(f"find:{visit.issuer}:{visit.client}")
    by_reference = port.hit(f"reference:{visit.issuer}:{canonical_reference(reference)[:64]}")
    return by_client and by_reference


def _empty(reference: str, total: str) -> tuple[FieldProblem, ...]:
    problems = []
    if not canonical_reference(reference):
        problems.append(FieldProblem("pedido", "Escribe el número de tu pedido o ticket."))
    if not any(char.isdigit() for char in total):
        problems.append(FieldProblem("total", "Escribe el total que pagaste, con centavos. Por ejemplo: 1160.00."))
    return tuple(problems)


def _home_page(visit: Visit, brand: PortalBrand, problems: tuple[FieldProblem, ...] = ()) -> Response:
    return render(
        visit,
        "home.html",
        brand=brand,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
        problems=problems,
        by_field={problem.field: problem for problem in reversed(problems)},
        pedido=visit.form.get("pedido", ""),
        total=visit.form.get("total", ""),
    )
