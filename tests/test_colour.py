"""Every brand colour can be read, whatever the issuer chose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.colour import READABLE, contrast, darkened, luminance, parse, tinted, to_hex
from hub.flow.portal_port import PortalBrand
from hub.web.portal.assets import brand_css
from tests.web.portal.preview import CAFE

channels = st.integers(0, 255)
colours = st.tuples(channels, channels, channels)
WHITE = (255, 255, 255)


@given(colours)
def test_a_darkened_colour_reads_on_white(rgb: tuple[int, int, int]) -> None:
    assert contrast(darkened(rgb), WHITE) >= READABLE


@given(colours)
def test_a_colour_is_darkened_no_more_than_needed(rgb: tuple[int, int, int]) -> None:
    result = darkened(rgb)
    assert luminance(result) <= luminance(rgb)
    if contrast(rgb, WHITE) >= READABLE:
        assert result == rgb
    else:
        assert contrast(result, WHITE) < READABLE * 1.12


@given(colours, colours)
def test_every_brand_reads_on_its_own_pages_and_under_white(
    primary: tuple[int, int, int], other: tuple[int, int, int]
) -> None:
    css = brand_css(PortalBrand("x", "X", primary=to_hex(primary), secondary=to_hex(other)))
    values = dict(pair.split(":") for pair in css.removeprefix(":root{").removesuffix("}\n").split(";"))
    used = {name: parse(value, "#000000") for name, value in values.items()}
    for ink in ("--brand", "--accent", "--brand-dark"):
        for paper in (WHITE, used["--brand-soft"], (245, 246, 248)):
            assert contrast(used[ink], paper) >= READABLE


@given(colours, st.integers(0, 12))
def test_a_tint_is_light_enough_for_dark_text(rgb: tuple[int, int, int], percent: int) -> None:
    assert contrast(tinted(rgb, percent), (81, 92, 105)) >= READABLE


@given(colours)
def test_hex_is_read_back(rgb: tuple[int, int, int]) -> None:
    assert parse(to_hex(rgb), "#000") == rgb


@pytest.mark.parametrize("text", ["", "red", "#12", "#1234567", "url(x)", "#12345g", "#fff;}"])
def test_what_is_no_colour_becomes_the_default(text: str) -> None:
    assert parse(text, "#0a0b0c") == (10, 11, 12)


def test_short_hex_is_hex() -> None:
    assert parse("#fA0", "#000") == (255, 170, 0)


def test_known_contrasts_are_those_of_wcag() -> None:
    assert contrast((0, 0, 0), WHITE) == pytest.approx(21)
    assert contrast((118, 118, 118), WHITE) == pytest.approx(4.54, abs=0.005)


def test_a_background_on_which_nothing_reads_is_refused() -> None:
    with pytest.raises(ValueError, match="#333333"):
        darkened((0, 0, 0), background=(51, 51, 51))


def test_the_brand_keeps_its_hue() -> None:
    red, green, blue = darkened(parse(CAFE.primary, "#000"))
    assert red > green > blue
