"""Facturapi behind a real socket, spoken to as the hub does."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest

from hub.plugin import CancelRequest, CfdiReference, Http, Rejected, Stamped, StampRequest
from hub.testing.pac_cases import INVOICE
from pac_providers.facturapi.config import FacturapiConfig
from pac_providers.facturapi.provider import Facturapi
from pac_providers.facturapi.testing import FakeFacturapi

KEEPS = "11111111-2222-4333-8444-555555555555"


def config(**changes: object) -> FacturapiConfig:
    return FacturapiConfig(**{"secret_key": FakeFacturapi.secret_key, "rfc": "EKU9003173C9", **changes})


def live(**changes: object) -> FacturapiConfig:
    """As `config`, for real invoices."""
    return config(**{"environment": "production", "secret_key": FakeFacturapi.live_key, **changes})


def invoice(folio: str = "1042", **changes: str) -> StampRequest:
    """An invoice of that folio; `changes` are texts to replace."""
    xml = INVOICE.replace(b'Folio="1042"', f'Folio="{folio}"'.encode())
    for before, after in changes.items():
        xml = xml.replace(before.encode(), after.encode())
    return StampRequest(f"tienda-HUB-{folio}", xml, "EKU9003173C9")


def cancellation(uuid: str, motivo: str = "02", sustituto: str | None = None) -> CancelRequest:
    return CancelRequest(
        CfdiReference(uuid, "EKU9003173C9", "URE180429TM6", Decimal("1160.00"), ""), motivo, b"", sustituto
    )


@dataclass
class Desk:
    """A provider, its Http and the fake behind it."""

    provider: Facturapi
    http: Http
    fake: FakeFacturapi

    def stamp(self, request: StampRequest | None = None) -> Stamped | Rejected:
        return self.provider.stamp(self.http, request or invoice())

    def recover(self, request: StampRequest | None = None) -> object:
        return self.provider.recover(self.http, request or invoice())


@pytest.fixture
def fake() -> FakeFacturapi:
    return FakeFacturapi()


@pytest.fixture
def open_desk(fake: FakeFacturapi) -> Iterator[Callable[..., Desk]]:
    opened: list[Desk] = []
    with fake.serving() as url:

        def make(**changes: object) -> Desk:
            provider = Facturapi(config(**{"url": f"{url}/v2", **changes}))
            opened.append(Desk(provider, Http.of(provider.client()), fake))
            return opened[-1]

        yield make
        for desk in opened:
            desk.http.close()


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    return open_desk()
