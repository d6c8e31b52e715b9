"""Facturama behind a real socket, spoken to as the hub does."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest

from hub.plugin import CfdiReference, Http, Stamped, StampRequest
from hub.testing.pac_cases import INVOICE
from pac_providers.facturama.config import FacturamaConfig
from pac_providers.facturama.provider import Facturama
from pac_providers.facturama.testing import PASSWORD, USER, FakeFacturama


def request_of(folio: str = "1042", **changes: str) -> StampRequest:
    """An invoice of that folio; `changes` are attributes."""
    xml = INVOICE.replace(b'Folio="1042"', f'Folio="{folio}"'.encode())
    for name, value in changes.items():
        start = xml.index(f' {name}="'.encode()) + len(name) + 3
        xml = xml[:start] + value.encode() + xml[xml.index(b'"', start) :]
    return StampRequest(f"tienda-HUB-{folio}", xml, "EKU9003173C9")


@dataclass
class Desk:
    """A provider, its Http and the fake behind it."""

    provider: Facturama
    http: Http
    fake: FakeFacturama

    def stamp(self, request: StampRequest | None = None) -> Stamped:
        answer = self.provider.stamp(self.http, request or request_of())
        assert isinstance(answer, Stamped), answer
        return answer

    def reference(self, stamped: Stamped, total: str = "1160.00") -> CfdiReference:
        return CfdiReference(stamped.uuid, "EKU9003173C9", "URE180429TM6", Decimal(total), "")


@pytest.fixture
def fake() -> FakeFacturama:
    return FakeFacturama()


@pytest.fixture
def open_desk(fake: FakeFacturama) -> Iterator[Callable[..., Desk]]:
    """Providers of this fake, with the configuration that the test wants."""
    opened: list[Desk] = []
    with fake.serving() as url:

        def make(**changes: object) -> Desk:
            config = FacturamaConfig(**{"user": USER, "password": PASSWORD, "url": url, **changes})
            provider = Facturama(config)
            opened.append(Desk(provider, Http.of(provider.client()), fake))
            return opened[-1]

        yield make
        for desk in opened:
            desk.http.close()


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    return open_desk()
