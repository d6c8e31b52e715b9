"""The brand's colours on paper: refused if they are none, darkened until text in them can be read."""

import re

from hub import colour
from hub.cfdi.pdf.errors import BrandError

WHITE = "#ffffff"
BLACK = "#000000"

_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


def parse_hex(color: str, field: str) -> str:
    """`#1F4E79` or `#abc` as lower-case `#rrggbb`; `field` names the setting in the error."""
    if not _HEX.fullmatch(color):
        raise BrandError(f"{field}: {color!r} is not a colour; write it as #rrggbb, for example #1f4e79")
    return colour.to_hex(_rgb(color))


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two `#rrggbb` colours, from 1 (equal) to 21 (black on white)."""
    return colour.contrast(_rgb(one), _rgb(other))


def text_on(background: str) -> str:
    """White if it can be read on the background, else black (one of them always can)."""
    return WHITE if contrast(WHITE, background) >= colour.READABLE else BLACK


def readable_on_white(color: str) -> str:
    """The colour itself, or darkened step by step until text in it can be read on paper."""
    return colour.to_hex(colour.darkened(_rgb(color)))


def _rgb(color: str) -> colour.RGB:
    return colour.parse(color, BLACK)
