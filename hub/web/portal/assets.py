"""The portal's own style and script, named by their content, and the issuer's colours and logo."""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response

from hub.colour import darkened, luminance, parse, tinted, to_hex
from hub.flow.portal_port import Logo, PortalBrand, PortalPort
from hub.web.portal.visit import Visit

PRIMARY = "#0f5f4c"
_GROUND = (245, 246, 248)  # --ground of portal.css

_MEDIA_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_FOREVER = "public, max-age=31536000, immutable"
_A_WHILE = "public, max-age=300"
# An SVG of the issuer may hold a script: opened by itself it must stay in a box.
_BOXED = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def _hashed_names() -> Mapping[str, str]:
    folder = files("hub.web.portal") / "static"
    names = {}
    for file in folder.iterdir():
        stem, _, suffix = file.name.rpartition(".")
        names[file.name] = f"{stem}.{_digest(file.read_bytes())}.{suffix}"
    return MappingProxyType(names)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


ASSETS = _hashed_names()
"""File name -> the name it is served under, which changes with its content."""

_ORIGINALS = {served: name for name, served in ASSETS.items()}


@cache
def _content(name: str) -> bytes:
    return (files("hub.web.portal") / "static" / name).read_bytes()


async def static_file(request: Request) -> Response:
    name = _ORIGINALS.get(request.path_params["name"])
    if name is None:
        return Response(status_code=404)
    headers = {"Cache-Control": _FOREVER, "X-Content-Type-Options": "nosniff"}
    return Response(_content(name), media_type=_MEDIA_TYPES[name.rpartition(".")[2]], headers=headers)


def brand_css(brand: PortalBrand) -> str:
    """The issuer's colours as custom properties: readable on white and on the tinted page, and under white text."""
    given = parse(brand.primary, PRIMARY)
    soft = tinted(given, 8)
    page = min(soft, _GROUND, key=luminance)
    primary = darkened(given, page)
    colours = {
        "brand": primary,
        "brand-dark": darkened(primary, ratio=9),
        "brand-soft": soft,
        "brand-line": tinted(primary, 26),
        "accent": darkened(parse(brand.secondary, to_hex(primary)), page),
    }
    return ":root{" + ";".join(f"--{name}:{to_hex(colour)}" for name, colour in colours.items()) + "}\n"


def version_of(brand: PortalBrand) -> str:
    """Changes whenever the colours or the logo do."""
    return _digest(brand_css(brand).encode() + (brand.logo.content if brand.logo else b""))


def brand_page(port: PortalPort, visit: Visit) -> Response:
    brand = port.brand(visit.issuer)
    if brand is None:
        return Response(status_code=404)
    return Response(brand_css(brand), media_type="text/css", headers=_caching(visit, brand))


def logo_page(port: PortalPort, visit: Visit) -> Response:
    brand = port.brand(visit.issuer)
    logo: Logo | None = brand.logo if brand else None
    if brand is None or logo is None:
        return Response(status_code=404)
    # Mail shows it too, hence readable from elsewhere.
    headers = {"Content-Security-Policy": _BOXED, "Cross-Origin-Resource-Policy": "cross-origin"}
    headers |= _caching(visit, brand)
    return Response(logo.content, media_type=logo.media_type, headers=headers)


def _caching(visit: Visit, brand: PortalBrand) -> dict[str, str]:
    return {"Cache-Control": _FOREVER if visit.query.get("v") == version_of(brand) else _A_WHILE}
