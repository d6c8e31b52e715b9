"""What a PAC may offer beyond stamping: every value these optional operations take and give."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import SecretStr


class Operation(StrEnum):
    """The optional operations; each is a method of `PacProvider` of the same name."""

    FETCH = "fetch"
    ISSUED = "issued"
    BALANCE = "balance"
    CHECK_RECEIVER = "check_receiver"
    REGISTER_ISSUER = "register_issuer"
    PENDING = "pending"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Fetched:
    """The complete stamped CFDI that the PAC keeps, byte for byte as it gave it."""

    xml: bytes


@dataclass(frozen=True, slots=True)
class NotFetched:
    """The PAC does not show it. `again_later` is True when its store is only behind its stamping."""

    reason: str
    again_later: bool = False


@dataclass(frozen=True, slots=True)
class Issued:
    """A page of what the PAC stamped for an issuer, in any order; cancelled CFDIs may be among them.

    `next` is what to ask with for the page that follows; empty after the last one.
    """

    cfdis: Sequence[Fetched]
    next: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """Stamps left. `stamps` is None where there is no limit; `until` is the last day they are good for."""

    stamps: int | None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Receiver:
    """The buyer's data as SAT must know them (CFDI40143 to CFDI40149, CFDI40157)."""

    rfc: str
    nombre: str = ""
    codigo_postal: str = ""
    regimen_fiscal: str = ""


@dataclass(frozen=True, slots=True)
class ReceiverCheck:
    """What the PAC's copy of SAT's list says. `field` is the first that differs, as `Receiver` names it."""

    verdict: Literal["matches", "differs", "unknown"]
    field: Literal["", "rfc", "nombre", "codigo_postal", "regimen_fiscal"] = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class IssuerRegistration:
    """An issuer to open at the PAC, or whose data or CSD to replace.

    `certificate` and `private_key` are SAT's DER files (.cer, .key). They are present only for a PAC that
    cannot work without them (`Capabilities.needs_csd`) or registers nothing else (`takes_csd`), and after the
    operator agreed.
    """

    rfc: str
    nombre: str
    regimen_fiscal: str
    codigo_postal: str
    certificate: bytes = b""
    private_key: bytes = field(default=b"", repr=False)
    password: SecretStr = field(default_factory=lambda: SecretStr(""))


@dataclass(frozen=True, slots=True)
class AnswerRequest:
    """A receiver's answer to cancellations that wait for it; `signed_xml` is SAT's document, signed in the hub."""

    rfc_receptor: str
    answers: Sequence[tuple[str, Literal["Aceptacion", "Rechazo"]]]
    signed_xml: bytes


@dataclass(frozen=True, slots=True)
class AnswerTaken:
    """SAT's code for the whole answer (1000 received) and for each UUID."""

    code: str
    folios: Sequence[tuple[str, str]] = ()
    acuse: bytes = b""
