"""How long a one-page PDF takes when everything is warm."""

import statistics
import time
from pathlib import Path

from bench.registry import Figure, benchmark
from hub.cfdi.pdf import render

_FACTURA = Path(__file__).parent.parent / "tests" / "fixtures" / "pdf" / "factura.xml"
_FOLIO = b'Folio="1024"'
_ROUNDS, _WARM_UP = 30, 3


@benchmark("pdf.ms")
def pdf_ms() -> Figure:
    """Each round has its own folio, for typst remembers equal input."""
    xml = _FACTURA.read_bytes()
    times = [_ms(xml.replace(_FOLIO, b'Folio="%d"' % (9000 + n))) for n in range(_ROUNDS + _WARM_UP)]
    return Figure(round(statistics.median(times[_WARM_UP:]), 1), "ms", "one page, everything warm")


def _ms(xml: bytes) -> float:
    start = time.perf_counter()
    render(xml)
    return (time.perf_counter() - start) * 1000
