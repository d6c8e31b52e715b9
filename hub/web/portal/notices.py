"""Pages that say one thing: link unknown, too many tries, unreadable, failure."""

from http import HTTPStatus

from starlette.responses import Response

from hub.flow.portal_messages import message
from hub.flow.portal_port import PortalBrand
from hub.web.portal import wording
from hub.web.portal.rendering import render
from hub.web.portal.visit import Visit

PAUSE_S = 300


def unknown_link(visit: Visit, brand: PortalBrand | None) -> Response:
    home = visit.to("p", brand.issuer) if brand else ""
    return _notice(visit, HTTPStatus.NOT_FOUND, "Busquémosla de otra forma", message(26), brand, home=home)


def unknown_shop(visit: Visit) -> Response:
    text = "Revisa que la dirección esté completa, como viene en tu ticket o en tu correo."
    return _notice(visit, HTTPStatus.NOT_FOUND, "No encontramos esta página", text)


def too_many_tries(visit: Visit, brand: PortalBrand | None, help_url: str = "") -> Response:
    """Message 27. "Tus datos siguen aquí" is meant: what was typed rides along in the page."""
    status = HTTPStatus.TOO_MANY_REQUESTS
    response = _notice(visit, status, "Un momento", message(27), brand, help_url=help_url, retry=True)
    response.headers["Retry-After"] = str(PAUSE_S)
    return response


def unreadable(visit: Visit, status: int) -> Response:
    return _notice(visit, status, "Inténtalo otra vez", wording.UNREADABLE)


def failure(visit: Visit, key: str) -> Response:
    """Message 34, also with what was typed. Asks the port for nothing: it may be what failed."""
    token = str(visit.request.path_params.get("token", ""))
    help_url = visit.to("f", token, "ayuda") if token else ""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _notice(visit, status, "Inténtalo otra vez", message(34, key=key), help_url=help_url, retry=True)


def _notice(
    visit: Visit,
    status: int,
    title: str,
    text: str,
    brand: PortalBrand | None = None,
    *,
    home: str = "",
    help_url: str = "",
    retry: bool = False,
) -> Response:
    return render(
        visit,
        "notice.html",
        brand=brand,
        status=status,
        title=title,
        text=text,
        home=home,
        help_url=help_url,
        retry=retry,
    )
