import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hub.cfdi.pdf import Brand, BrandError, render
from hub.cfdi.pdf.color import WHITE, contrast, parse_hex, readable_on_white, text_on
from hub.cfdi.pdf.logo import MAX_BYTES
from hub.colour import READABLE

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="30" height="10"><rect width="30" height="10"/></svg>'

colors = st.integers(min_value=0, max_value=0xFFFFFF).map(lambda value: f"#{value:06x}")


def raster(image_format: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 20), "navy").save(out, image_format)
    return out.getvalue()


@given(colors)
def test_text_on_any_brand_colour_can_be_read(color):
    assert contrast(text_on(color), color) >= READABLE


@given(colors)
def test_text_in_any_brand_colour_can_be_read_on_paper(color):
    readable = readable_on_white(color)
    assert contrast(readable, WHITE) >= READABLE
    assert readable == color or contrast(color, WHITE) < READABLE


def test_contrast_agrees_with_the_wcag_definition():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


def test_short_colours_are_spelled_out():
    assert parse_hex("#AbC", "primary") == "#aabbcc"


@pytest.mark.parametrize("color", ["red", "1f4e79", "#12345", "#12345g", "#1f4e79;", ""])
@pytest.mark.parametrize("field", ["primary", "secondary"])
def test_what_is_no_colour_is_refused_with_an_example(field, color):
    with pytest.raises(BrandError, match=rf"{field}: .* write it as #rrggbb"):
        Brand(**{field: color})


@pytest.mark.parametrize("logo", [SVG, raster("PNG"), raster("JPEG")], ids=["svg", "png", "jpeg"])
def test_logo_of_each_type_is_printed(logo, stamped):
    assert render(stamped("factura"), Brand(logo=logo)) != render(stamped("factura"))


@pytest.mark.parametrize("logo", [raster("GIF"), b"", b"<html/>", b"%PDF-1.7"], ids=["gif", "empty", "html", "pdf"])
def test_logo_of_another_type_is_refused(logo):
    with pytest.raises(BrandError, match="not a PNG, JPEG or SVG"):
        Brand(logo=logo)


def test_logo_that_is_too_big_is_refused():
    with pytest.raises(BrandError, match="make it smaller than 1,000,000"):
        Brand(logo=raster("PNG") + bytes(MAX_BYTES))


def test_svg_with_entities_is_refused():
    with pytest.raises(BrandError, match="entities"):
        Brand(logo=b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG)


@pytest.mark.parametrize(
    "logo",
    [raster("PNG")[:60], raster("JPEG")[:300], SVG.replace(b'width="30"', b'width="-1"')],
    ids=["png", "jpeg", "svg"],
)
def test_broken_image_is_refused(logo):
    with pytest.raises(BrandError, match=r"image is broken .* export it again"):
        Brand(logo=logo)


def test_image_that_unpacks_to_gigabytes_is_refused():
    huge = raster("PNG")[:16] + (60_000).to_bytes(4) * 2 + raster("PNG")[24:]
    with pytest.raises(BrandError, match="60000 x 60000 pixels"):
        Brand(logo=huge)
