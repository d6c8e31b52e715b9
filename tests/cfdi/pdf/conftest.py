import io
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader

FIXTURES = Path(__file__).parents[2] / "fixtures" / "pdf"


@pytest.fixture(scope="session")
def stamped() -> Callable[[str], bytes]:
    """The stamped XML of a name: factura, descuento, retenciones, usd, egreso, global, pago."""
    return lambda name: (FIXTURES / f"{name}.xml").read_bytes()


@pytest.fixture(scope="session")
def text_of() -> Callable[[bytes], str]:
    """All words of a PDF, one space between them, as a reader's search finds them."""
    return lambda pdf: " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.fixture(scope="session")
def pages_of() -> Callable[[bytes], list[str]]:
    return lambda pdf: [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
