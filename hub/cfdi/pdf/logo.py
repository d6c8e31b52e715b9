"""A logo as one SVG, whatever its file type: typst takes only text from memory, and SVG may carry a raster image."""

import json
import struct
from base64 import b64encode
from functools import lru_cache

from lxml import etree

from hub.cfdi.pdf.compiler import compile_here, pdf_options
from hub.cfdi.pdf.errors import BrandError, TemplateError

MAX_BYTES = 1_000_000
MAX_PIXELS = 16_000_000  # a small file can unpack to gigabytes

_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_JPEG_MAGIC = b"\xff\xd8\xff"
_JPEG_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # SOF markers, which carry the size
_SVG_ROOT = "{http://www.w3.org/2000/svg}svg"
_PROBE = "#image(bytes(json(bytes(sys.inputs.logo))), format: sys.inputs.format)"


@lru_cache(maxsize=64)
def logo_svg(logo: bytes) -> str:
    """The logo of a PNG, JPEG or SVG file, told from the bytes and not from a file name.

    Raises:
        BrandError: Another type, too big, or an image that cannot be drawn.
    """
    if len(logo) > MAX_BYTES:
        raise BrandError(f"logo: the file has {len(logo):,} bytes; make it smaller than {MAX_BYTES:,}")
    if logo.startswith(_PNG_MAGIC):
        return _raster_svg(logo, "png", _png_size(logo))
    if logo.startswith(_JPEG_MAGIC):
        return _raster_svg(logo, "jpg", _jpeg_size(logo))
    return _clean_svg(logo)


def _raster_svg(logo: bytes, image_format: str, size: tuple[int, int]) -> str:
    width, height = size
    if not 0 < width * height <= MAX_PIXELS:
        raise BrandError(f"logo: the image is {width} x {height} pixels; a logo needs about 1000 x 300")
    _draw(logo, image_format)
    media_type = {"png": "image/png", "jpg": "image/jpeg"}[image_format]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:{media_type};base64,{b64encode(logo).decode()}"/></svg>'
    )


def _clean_svg(logo: bytes) -> str:
    if b"<!ENTITY" in logo:
        raise BrandError("logo: the SVG declares XML entities; export it again as plain SVG")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(logo, parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None or root.tag != _SVG_ROOT:
        raise BrandError("logo: the file is not a PNG, JPEG or SVG image; export the logo as one of them")
    svg = etree.tostring(root, encoding="unicode")
    _draw(svg.encode(), "svg")
    return svg


def _png_size(logo: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">II", logo.ljust(24, b"\0"), 16)
    return width, height


def _jpeg_size(logo: bytes) -> tuple[int, int]:
    offset = 2
    while offset + 9 <= len(logo):
        marker, length = struct.unpack_from(">xBH", logo, offset)
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", logo, offset + 5)
            return width, height
        offset += 2 + length
    return 0, 0


def _draw(logo: bytes, image_format: str) -> None:
    """Inside another SVG a broken image would only leave a gap, so have it drawn alone once."""
    try:
        inputs = {"logo": json.dumps(list(logo)), "format": image_format}
        compile_here({"main.typ": _PROBE.encode()}, inputs, pdf_options(created=0))
    except TemplateError as error:
        reason = " ".join(error.reason.split())
        raise BrandError(f"logo: the {image_format.upper()} image is broken ({reason}); export it again") from error
