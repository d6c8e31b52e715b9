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
    return _notice(visit, brand, "Busquémosla de otra forma", message(26), HTTPStatus.NOT_FOUND, home=home)


def unknown_shop(visit: Visit) -> Response:
    text = "Revisa que la dirección esté completa, como viene en tu ticket o en tu correo."
    return _notice(visit, None, "No encontramos esta página", text, HTTPStatus.NOT_FOUND)


def too_many_tries(visit: Visit, brand: PortalBrand | None, help_url: str = "") -> Response:
    title, text = "Un momento", message(27)
    response = _notice(visit, brand, title, text, HTTPStatus.TOO_MANY_REQUESTS, help_url=help_url)
    response.headers["Retry-After"] = str(PAUSE_S)
    return response


def unreadable(visit: Visit, status: int) -> Response:
    return _notice(visit, None, "Inténtalo otra vez", wording.UNREADABLE, status)


def failure(visit: Visit, key: str) -> Response:
    """Message 34. What was typed rides along in the page itself, so that trying again loses nothing."""
    token = str(visit.request.path_params.get("token", ""))
    return render(
        visit,
        "failure.html",
        status=HTTPStatus.INTERNAL_SERVER_ERROR,
        brand=None,
        text=message(34, key=key),
        retry_url=visit.request.url.path,
        kept=visit.form,
        posted=visit.request.method == "POST",
        help_url=visit.to("f", token, "ayuda") if token else "",
    )


def _notice(
    visit: Visit, brand: PortalBrand | None, title: str, text: str, status: int, *, home: str = "", help_url: str = ""
) -> Response:
    return render(
        visit, "notice.html", status=status, brand=brand, title=title, text=text, home=home, help_url=help_url
    )
