"""ATEB behind a real socket, spoken to as the hub does."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest

from hub.plugin import AnswerRequest, CancelRequest, CfdiReference, Http, Rejected, Stamped, StampRequest
from hub.testing.pac_cases import INVOICE
from pac_providers.timbrado.config import TimbradoConfig
from pac_providers.timbrado.provider import Timbrado
from pac_providers.timbrado.testing import FakeAteb

KEEPS = "11111111-2222-4333-8444-555555555555"
SIGNATURE = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>'


def config(url: str = "http://ateb.test", **changes: object) -> TimbradoConfig:
    addresses = {
        "stamp_url": f"{url}/wsTimbrado.asmx",
        "cancel_url": f"{url}/CancelacionServices/CancelacionServices.asmx",
        "recover_url": f"{url}/cfdi/wstimbradorec.asmx",
    }
    account = {"username": FakeAteb.username, "password": FakeAteb.password}
    return TimbradoConfig(**{**account, **addresses, **changes})


def invoice(folio: str = "1042") -> StampRequest:
    return StampRequest(f"doc-{folio}", INVOICE.replace(b'Folio="1042"', f'Folio="{folio}"'.encode()), "EKU9003173C9")


def cancellation(uuid: str, rfc: str = "EKU9003173C9", signature: str = SIGNATURE) -> CancelRequest:
    signed = (
        f'<Cancelacion xmlns="http://cancelacfd.sat.gob.mx" RfcEmisor="{rfc}"><Folios>'
        f'<Folio UUID="{uuid.upper()}" Motivo="02"/></Folios>{signature}</Cancelacion>'
    )
    return CancelRequest(CfdiReference(uuid, rfc, "URE180429TM6", Decimal("1160.00"), ""), "02", signed.encode())


def answers(*folios: tuple[str, str]) -> AnswerRequest:
    inside = "".join(f"<Folios><UUID>{uuid}</UUID><Respuesta>{said}</Respuesta></Folios>" for uuid, said in folios)
    signed = f'<SolicitudAceptacionRechazo xmlns="http://cancelacfd.sat.gob.mx">{inside}{SIGNATURE}'
    return AnswerRequest("URE180429TM6", folios, f"{signed}</SolicitudAceptacionRechazo>".encode())


@dataclass
class Desk:
    """A provider, its Http and the fake behind it."""

    provider: Timbrado
    http: Http
    fake: FakeAteb

    def stamp(self, request: StampRequest | None = None) -> Stamped | Rejected:
        return self.provider.stamp(self.http, request or invoice())

    def recover(self) -> object:
        return self.provider.recover(self.http, invoice())


@pytest.fixture
def fake() -> FakeAteb:
    return FakeAteb()


@pytest.fixture
def open_desk(fake: FakeAteb) -> Iterator[Callable[..., Desk]]:
    opened: list[Desk] = []
    with fake.serving() as url:

        def make(**changes: object) -> Desk:
            provider = Timbrado(config(url, **changes))
            opened.append(Desk(provider, Http.of(provider.client()), fake))
            return opened[-1]

        yield make
        for desk in opened:
            desk.http.close()


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    return open_desk()
