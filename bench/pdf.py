"""How long a one-page PDF takes when everything is warm."""

import statistics
import time
from pathlib import Path

from hub.cfdi.pdf import render

_FACTURA = Path(__file__).parent.parent / "tests" / "fixtures" / "pdf" / "factura.xml"
_FOLIO = b'Folio="1024"'
_WARM_UP = 3


def pdf_ms(rounds: int = 30) -> float:
    """Median milliseconds of one page; each round has its own folio, for typst remembers equal input."""
    xml = _FACTURA.read_bytes()
    times = [_ms(xml.replace(_FOLIO, b'Folio="%d"' % (9000 + n))) for n in range(rounds + _WARM_UP)]
    return statistics.median(times[_WARM_UP:])


def _ms(xml: bytes) -> float:
    start = time.perf_counter()
    render(xml)
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    print(f"{pdf_ms():.1f} ms per page")
