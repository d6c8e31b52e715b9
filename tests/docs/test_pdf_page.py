"""docs/operate/pdf.md tells all that a template gets, and the limits that are in force."""

from pathlib import Path

import pytest

from hub.cfdi.pdf import Brand, sample
from hub.cfdi.pdf.view import view
from hub.cfdi.pdf.worker_process import Limits

PAGE = (Path(__file__).parents[2] / "docs" / "operate" / "pdf.md").read_text(encoding="utf-8")
CFDI = view(sample())
PARTS = ("emisor", "receptor", "total", "timbre")
NAMES = sorted({*CFDI, *Brand().view(), "cancelado", "prueba", "notas"} | {key for part in PARTS for key in CFDI[part]})


@pytest.mark.parametrize("name", NAMES)
def test_every_field_that_a_template_gets_is_explained(name):
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("row", ["conceptos", "totales"])
def test_every_field_of_a_row_is_explained(row):
    assert [name for name in CFDI[row][0] if f"`{name}`" not in PAGE] == []


def test_the_limits_are_those_in_force():
    limits = Limits()

    assert f"| time | {limits.seconds:g} s |" in PAGE
    assert f"| memory | {limits.memory_bytes // 10**6} MB |" in PAGE
    assert f"| size of the PDF | {limits.output_bytes // 10**6} MB |" in PAGE
