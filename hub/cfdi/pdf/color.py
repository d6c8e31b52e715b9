"""Colours of a brand made readable: WCAG 2 contrast, and the nearest darker shade that has enough of it."""

import re

from hub.cfdi.pdf.errors import BrandError

MIN_CONTRAST = 4.5  # WCAG 2.1 AA for body text
WHITE = "#ffffff"
BLACK = "#000000"

_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_DARKEN_STEP = 0.96


def parse_hex(color: str, field: str) -> str:
    """`#1F4E79` or `#abc` as lower-case `#rrggbb`; `field` names the setting in the error."""
    if not _HEX.fullmatch(color):
        raise BrandError(f"{field}: {color!r} is not a colour; write it as #rrggbb, for example #1f4e79")
    digits = color[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two `#rrggbb` colours, from 1 (equal) to 21 (black on white)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def text_on(background: str) -> str:
    """White if it can be read on the background, else black (one of them always can)."""
    return WHITE if contrast(WHITE, background) >= MIN_CONTRAST else BLACK


def readable_on_white(color: str) -> str:
    """The colour itself, or darkened step by step until text in it can be read on paper."""
    channels: tuple[float, ...] = _channels(color)
    while contrast(_to_hex(channels), WHITE) < MIN_CONTRAST:
        channels = tuple(channel * _DARKEN_STEP for channel in channels)
    return _to_hex(channels)


def _channels(color: str) -> tuple[int, ...]:
    return tuple(int(color[start : start + 2], 16) for start in (1, 3, 5))


def _to_hex(channels: tuple[float, ...]) -> str:
    return "#" + "".join(f"{int(channel):02x}" for channel in channels)


def _luminance(color: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
