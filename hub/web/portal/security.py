"""The portal's HTTP armour: headers of every answer, and who may post a form."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

_CSP = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

_HEADERS = {
    "Content-Security-Policy": _CSP,
    "Referrer-Policy": "no-referrer",  # the token is in the address
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cache-Control": "no-store",
}


def secured(response: Response, request: Request) -> Response:
    """Adds the headers that the page did not set itself (an asset may be cached, a logo is boxed tighter)."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.url.scheme == "https":
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def is_own_form(request: Request) -> bool:
    """Whether a POST comes from one of our own pages.

    `Sec-Fetch-Site` says so where the browser sends it. Without it (old browsers, plain http) `Origin` must
    be ours; it is "null" for our own forms too, because of `no-referrer`, and then the unguessable token in
    the address is the proof.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin", "null")
    return origin == "null" or urlsplit(origin).netloc == request.headers.get("host")
