"""Brand colours that can be read: darkened, step by step, until WCAG's contrast is met."""

import re

WHITE = "#ffffff"
READABLE = 4.5
"""WCAG 2.2, 1.4.3: contrast of text below 24 px."""

_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)

RGB = tuple[int, int, int]


def parse(colour: str, default: str) -> RGB:
    """`#rgb` or `#rrggbb` as three numbers; `default` for anything else, so no text ever reaches the CSS."""
    match = _HEX.fullmatch(colour.strip())
    digits = match[1] if match else default.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def to_hex(rgb: RGB) -> str:
    return "#" + "".join(f"{channel:02x}" for channel in rgb)


def luminance(rgb: RGB) -> float:
    """WCAG's relative luminance, 0 black to 1 white."""
    red, green, blue = (_linear(channel / 255) for channel in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: RGB, other: RGB) -> float:
    """WCAG's contrast ratio, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def darkened(rgb: RGB, background: RGB = (255, 255, 255), ratio: float = READABLE) -> RGB:
    """The same hue, only as much darker as `ratio` on a light background asks for."""
    for percent in range(100, -1, -1):
        darker = _scaled(rgb, percent)
        if contrast(darker, background) >= ratio:
            return darker
    raise ValueError(f"not even black reaches a contrast of {ratio} on {to_hex(background)}")


def tinted(rgb: RGB, percent: int) -> RGB:
    """White with a touch of the colour, for backgrounds."""
    red, green, blue = (255 - (255 - channel) * percent // 100 for channel in rgb)
    return red, green, blue


def _scaled(rgb: RGB, percent: int) -> RGB:
    red, green, blue = (channel * percent // 100 for channel in rgb)
    return red, green, blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
