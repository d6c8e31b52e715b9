"""Prodigia behind a real socket, spoken to as the hub does."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest

from hub.plugin import CancelRequest, CfdiReference, Http, Rejected, Stamped, StampRequest
from hub.testing.pac_cases import INVOICE
from pac_providers.prodigia.config import ProdigiaConfig
from pac_providers.prodigia.provider import Prodigia
from pac_providers.prodigia.testing import FakeProdigia

KEEPS = "11111111-2222-4333-8444-555555555555"


def config(**changes: object) -> ProdigiaConfig:
    account = {"contrato": FakeProdigia.contrato, "username": FakeProdigia.username, "password": FakeProdigia.password}
    return ProdigiaConfig(**{**account, **changes})


def invoice(folio: str = "1042", sello: str = "c2VsbG8gZGUgcHJ1ZWJhIGRlbCBraXQ=") -> StampRequest:
    xml = INVOICE.replace(b'Folio="1042"', f'Folio="{folio}"'.encode())
    return StampRequest(
        f"doc-{folio}", xml.replace(b"c2VsbG8gZGUgcHJ1ZWJhIGRlbCBraXQ=", sello.encode()), "EKU9003173C9"
    )


def cancellation(uuid: str, motivo: str = "02", sustituto: str = "", rfc: str = "EKU9003173C9") -> CancelRequest:
    reference = CfdiReference(uuid, rfc, "URE180429TM6", Decimal("1160.00"), "")
    folio = f'<Folio UUID="{uuid.upper()}" Motivo="{motivo}" FolioSustitucion="{sustituto}"/>'
    signed = (
        f'<Cancelacion xmlns="http://cancelacfd.sat.gob.mx" RfcEmisor="{rfc}"><Folios>{folio}</Folios>'
        '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></Cancelacion>'
    )
    return CancelRequest(reference, motivo, signed.encode(), sustituto or None)


@dataclass
class Desk:
    """A provider, its Http and the fake behind it."""

    provider: Prodigia
    http: Http
    fake: FakeProdigia

    def stamp(self, request: StampRequest | None = None) -> Stamped | Rejected:
        return self.provider.stamp(self.http, request or invoice())

    def recover(self, request: StampRequest | None = None) -> object:
        return self.provider.recover(self.http, request or invoice())


@pytest.fixture
def fake() -> FakeProdigia:
    return FakeProdigia()


@pytest.fixture
def open_desk(fake: FakeProdigia) -> Iterator[Callable[..., Desk]]:
    opened: list[Desk] = []
    with fake.serving() as url:

        def make(**changes: object) -> Desk:
            provider = Prodigia(config(**{"url": url, **changes}))
            opened.append(Desk(provider, Http.of(provider.client()), fake))
            return opened[-1]

        yield make
        for desk in opened:
            desk.http.close()


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    return open_desk()
