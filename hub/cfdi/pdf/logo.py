"""Which image file a logo is, and whether it is one that can be printed."""

from functools import lru_cache

from lxml import etree

from hub.cfdi.pdf.errors import BrandError

MAX_BYTES = 1_000_000

_MAGIC = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
_SVG_ROOT = "{http://www.w3.org/2000/svg}svg"


@lru_cache(maxsize=64)
def logo_format(logo: bytes) -> str:
    """`png`, `jpg` or `svg`, told from the bytes and not from a file name."""
    if len(logo) > MAX_BYTES:
        raise BrandError(f"logo: the file has {len(logo):,} bytes; make it smaller than {MAX_BYTES:,}")
    for magic, image_format in _MAGIC.items():
        if logo.startswith(magic):
            return image_format
    if _is_svg(logo):
        return "svg"
    raise BrandError("logo: the file is not a PNG, JPEG or SVG image; export the logo as one of them")


def _is_svg(logo: bytes) -> bool:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(logo, parser)
    except etree.XMLSyntaxError:
        return False
    if b"<!ENTITY" in logo:
        raise BrandError("logo: the SVG declares XML entities; export it again as plain SVG")
    return bool(root.tag == _SVG_ROOT)
