"""What PACs answer, over real HTTP: each fake speaks as it does on a good day, and a garbler changes its words."""

import base64
import itertools
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import fields, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_type_hints
from uuid import UUID

import httpx
from hypothesis import strategies as st

from hub.cfdi import seal
from hub.cfdi.csd import Csd
from hub.plugin import (
    AnswerTaken,
    Balance,
    CancelReceived,
    CancelRefused,
    CfdiStatus,
    Fetched,
    Http,
    HubError,
    Issued,
    NeverStamped,
    NotFetched,
    Operation,
    PacProvider,
    ReceiverCheck,
    Rejected,
    Stamped,
    StampRequest,
    StillUnknown,
)
from hub.sat.zone import MEXICO_CITY
from hub.testing.csd import make_csd
from hub.testing.pac_cases import CANCELLATION, INVOICE, OPTIONAL, REFERENCE
from hub.testing.pac_server import PacServer
from pac_providers.facturama.config import FacturamaConfig
from pac_providers.facturama.provider import Facturama
from pac_providers.facturama.testing import PASSWORD, USER, FakeFacturama
from pac_providers.facturapi.config import FacturapiConfig
from pac_providers.facturapi.provider import Facturapi
from pac_providers.facturapi.testing import FakeFacturapi
from pac_providers.finkok.config import FinkokConfig
from pac_providers.finkok.provider import Finkok
from pac_providers.finkok.testing import FakeFinkok
from pac_providers.prodigia.config import ProdigiaConfig
from pac_providers.prodigia.provider import Prodigia
from pac_providers.prodigia.testing import FakeProdigia
from pac_providers.sandbox.provider import Sandbox, SandboxConfig
from pac_providers.sandbox.service import Service
from pac_providers.sandbox.settings import Settings
from pac_providers.sandbox.storage import storage_in
from pac_providers.sandbox.transport import EmbeddedTransport
from pac_providers.sw.config import SwConfig
from pac_providers.sw.provider import Sw
from pac_providers.sw.testing import FakeSw
from pac_providers.timbrado.config import TimbradoConfig
from pac_providers.timbrado.provider import Timbrado
from pac_providers.timbrado.testing import FakeAteb
from tests.support.cfdi_samples import IVA_16, invoice, sold

from ..damage import HOSTILE, VALUES, edits, replaced_json
from ..target import Target, told

Reach = Callable[[httpx.Request], httpx.Response]
SELLO = b"c2VsbG8gZGUgcHJ1ZWJhIGRlbCBraXQ="
RFC = "EKU9003173C9"


class Garbling(NamedTuple):
    """How answers are changed: from which request of an operation on, which status, and what becomes of the body."""

    after: int
    status: int | None
    body: tuple[str, Any]


class Garbler(PacServer):
    """A PAC whose answers are changed on their way."""

    def __init__(self) -> None:
        super().__init__()
        self.reach: Reach = self.answer
        self.garbling: Garbling | None = None
        self.seen = 0

    def answer(self, request: httpx.Request) -> httpx.Response:
        response = self.reach(request)
        self.seen += 1
        if self.garbling is None or self.seen <= self.garbling.after:
            return response
        status = self.garbling.status or response.status_code
        content = _garbled(response.content, *self.garbling.body)
        return httpx.Response(
            status, content=content, headers={"content-type": response.headers.get("content-type", "")}
        )


def _garbled(content: bytes, how: str, what: Any) -> bytes:
    match how:
        case "as it is":
            return content
        case "instead":
            return bytes(what)
        case "inside":
            place, value = what
            try:
                return replaced_json(json.loads(content), place, value)
            except ValueError:
                return _in_xml(content, place, value)
    edits: Callable[[bytes], bytes] = what
    return edits(content)


def _in_xml(content: bytes, place: int, value: str) -> bytes:
    """Another text between two tags or two quotes."""
    said = value.strip('"').encode("utf-8", "surrogatepass")
    gaps = [at for at in range(len(content) - 1) if content[at : at + 1] in {b">", b'"'}]
    if not gaps:
        return said
    start = gaps[place % len(gaps)] + 1
    ends = [end for mark in (b"<", b'"') if (end := content.find(mark, start)) >= 0]
    return content[:start] + said + content[min(ends, default=start) :]


def numbered(folio: int) -> StampRequest:
    """An invoice that no fake has seen yet."""
    sello = base64.b64encode(f"sello {folio}".encode())
    xml = INVOICE.replace(b'Folio="1042"', b'Folio="%d"' % folio).replace(SELLO, sello)
    return StampRequest(f"HUB-{folio}", xml, RFC)


class Pac(NamedTuple):
    """A plugin, the fake that it speaks to, and what it stamps."""

    provider: PacProvider[Any]
    reach: Reach
    request: Callable[[int], StampRequest] = numbered


def targets(stack: ExitStack) -> list[Target]:
    return [_target(stack, name, make) for name, make in _pacs(stack)]


def _target(stack: ExitStack, name: str, make: Callable[[str], Pac]) -> Target:
    garbler = Garbler()
    pac = make(stack.enter_context(garbler.serving()))
    garbler.reach = pac.reach
    http = Http.of(pac.provider.client())
    stack.callback(http.close)
    folios = itertools.count(1)

    def use(example: tuple[str, Garbling]) -> None:
        operation, garbling = example
        request = pac.request(next(folios))
        garbler.garbling, garbler.seen = None, 0
        if operation != "stamp":
            with suppress(HubError):
                pac.provider.stamp(http, request)
        garbler.garbling, garbler.seen = garbling, 0
        try:
            value = _call(pac.provider, http, operation, request)
        except HubError as error:
            told(error)
            return
        _judge(operation, value)

    names = ["check", "stamp", "stamp", "recover", "recover", "cancel", "status", *map(str, pac.provider.offers())]
    return Target(name, st.tuples(st.sampled_from(names), GARBLINGS), use)


def _call(provider: PacProvider[Any], http: Http, operation: str, request: StampRequest) -> object:
    match operation:
        case "check":
            return provider.check(http)
        case "stamp" | "recover":
            return getattr(provider, operation)(http, request)
        case "cancel":
            return provider.cancel(http, CANCELLATION)
        case "status":
            return provider.status(http, REFERENCE)
    return getattr(provider, operation)(http, *OPTIONAL[Operation(operation)])


def _judge(operation: str, value: object) -> None:
    """What came out has the type that was promised, also inside, and the database can keep it."""
    assert isinstance(value, _ANSWERS[operation]), value
    if isinstance(value, Stamped):
        UUID(value.uuid)
        assert value.uuid.lower() in value.xml.decode().lower()
    _fit(value)


def _fit(value: object) -> None:
    if is_dataclass(value):
        for field in fields(value):
            wanted, inner = str(field.type), getattr(value, field.name)
            if wanted == "str":
                assert isinstance(inner, str), f"{field.name} is {inner!r}"
            if wanted == "bool":
                assert isinstance(inner, bool), f"{field.name} is {inner!r}"
            if "Literal" in wanted:
                words = get_args(get_type_hints(type(value))[field.name])
                assert inner in words, f"{field.name} is {inner!r}"
            _fit(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _fit(inner)
    elif isinstance(value, int):
        assert abs(value) < 2**63, "an integer of more than 64 bits"


_ANSWERS: dict[str, Any] = {
    "check": str,
    "stamp": (Stamped, Rejected),
    "recover": (Stamped, NeverStamped, StillUnknown),
    "cancel": (CancelReceived, CancelRefused),
    "status": CfdiStatus,
    "fetch": (Fetched, NotFetched),
    "issued": Issued,
    "balance": Balance,
    "check_receiver": ReceiverCheck,
    "register_issuer": str,
    "pending": tuple,
    "answer": AnswerTaken,
}
GARBLINGS = st.builds(
    Garbling,
    st.integers(0, 2),
    st.sampled_from([None, None, None, 200, 201, 204, 302, 400, 401, 402, 404, 409, 422, 429, 500]),
    st.tuples(st.just("inside"), st.tuples(st.integers(0, 2**20), st.sampled_from(VALUES)))
    | st.tuples(st.just("instead"), st.sampled_from(HOSTILE))
    | st.tuples(st.just("edited"), edits())
    | st.just(("as it is", None)),
)


def _pacs(stack: ExitStack) -> Iterator[tuple[str, Callable[[str], Pac]]]:
    yield (
        "finkok",
        lambda url: Pac(
            Finkok(FinkokConfig(username=FakeFinkok.username, password=FakeFinkok.password, url=url, rfc=RFC)),
            FakeFinkok(RFC).handle,
        ),
    )
    yield "sw", _sw
    yield (
        "facturama",
        lambda url: Pac(Facturama(FacturamaConfig(user=USER, password=PASSWORD, url=url)), FakeFacturama().handle),
    )
    yield (
        "facturapi",
        lambda url: Pac(
            Facturapi(FacturapiConfig(secret_key=FakeFacturapi.secret_key, rfc=RFC, url=f"{url}/v2")),
            FakeFacturapi().handle,
        ),
    )
    contract = {name: getattr(FakeProdigia, name) for name in ("contrato", "username", "password")}
    yield "prodigia", lambda url: Pac(Prodigia(ProdigiaConfig(**contract, url=url)), FakeProdigia().handle)
    yield "timbrado", lambda url: Pac(Timbrado(_ateb(url)), FakeAteb().handle)
    yield "sandbox", lambda url: Pac(Sandbox(SandboxConfig(url=url)), *_sandbox(stack))


def _sw(url: str) -> Pac:
    fake = FakeSw()

    def request(folio: int) -> StampRequest:
        fake.expire_tokens()  # so that the login is garbled, too
        return numbered(folio)

    config = SwConfig(user=FakeSw.user, password=FakeSw.password, url=url, api_url=url, status_url=url)
    return Pac(Sw(config), fake.handle, request)


def _ateb(url: str) -> TimbradoConfig:
    return TimbradoConfig(
        username=FakeAteb.username,
        password=FakeAteb.password,
        stamp_url=f"{url}/wsTimbrado.asmx",
        cancel_url=f"{url}/CancelacionServices/CancelacionServices.asmx",
        recover_url=f"{url}/cfdi/wstimbradorec.asmx",
    )


def _sandbox(stack: ExitStack) -> tuple[Reach, Callable[[int], StampRequest]]:
    storage = storage_in(Path(stack.enter_context(tempfile.TemporaryDirectory())))
    stack.callback(storage.ledger.close)
    own = make_csd(RFC, "ESCUELA KEMPER URGATE")
    csd = Csd.load(own.cer, own.key, own.password)
    fecha = datetime.now(MEXICO_CITY).strftime("%Y-%m-%dT%H:%M:%S")

    def request(folio: int) -> StampRequest:
        made = invoice(sold("116.00", IVA_16))._replace(folio=str(folio), fecha=fecha)
        return StampRequest(f"HUB-{folio}", seal(made, csd).xml, RFC)

    return EmbeddedTransport(lambda: Service(storage.ledger, storage.keys, Settings())).handle_request, request
