"""Writing back: what became of a sale, told to the system that it came from."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from .http import Http
from .sale import KeptValue, Record

State = Literal["waiting", "held", "error", "invoiced", "globalized", "void"]

ESTADOS: Mapping[State, str] = {
    "waiting": "pendiente",
    "held": "detenida",
    "error": "con error",
    "invoiced": "timbrada",
    "globalized": "en factura global",
    "void": "sin efecto",
}


class Outcome(KeptValue):
    """Where a sale stands now. `id` is its movement key, `aliases` are the other names of the same money.

    `state`: `waiting` (for the buyer or for the PAC), `held` (for a person), `error` (the record cannot be used; there
    is no ticket), `invoiced`, `globalized` (in the factura global) or `void` (refunded or cancelled: no CFDI).
    `reason` is one sentence in Spanish for whoever keeps the sale, empty when all is said; `detail` is the
    operator's own sentence, if there is more to it. `serie`, `folio` and `uuid` are of the CFDI that covers the sale
    and empty while there is none. `portal_url` is where its buyer can get the invoice, empty once nobody can.
    `at` is when it came to stand so. Text that does not apply is empty: write it, so that it replaces what was there.
    """

    id: str
    aliases: tuple[str, ...] = ()
    reference: str = ""
    state: State
    reason: str = ""
    detail: str = ""
    serie: str = ""
    folio: str = ""
    uuid: str = ""
    portal_url: str = ""
    at: AwareDatetime

    @property
    def estado(self) -> str:
        """The state as a Mexican merchant reads it."""
        return ESTADOS[self.state]


class WritesBack(ABC):
    """What a source also does if it can write beside its records: `class Acme(WritesBack, Source[AcmeConfig])`.

    The hub calls it only for instances with `write_back: true`, after what it tells is committed. It may tell the same
    again and leave out what was true only for a moment. What fails here is tried later and never touches the sale.
    """

    batch: ClassVar[int] = 100
    """How many outcomes one call may hold at most."""

    @abstractmethod
    def check_write_back(self, http: Http) -> str:
        """Prove that writing would work, without writing; answer what the operator should read.

        Raises:
            ConfigError: a column or a permission is missing.
            TransientError: the remote side does not answer now.
        """

    @abstractmethod
    def write_back(self, http: Http, outcomes: Sequence[Outcome]) -> Mapping[str, str]:
        """Set each sale's outcome beside its record. Writing the same twice leaves what writing once leaves.

        What is written must not count as a change of the sale: `to_sale` of the record gives what it gave.

        Returns:
            Ids of outcomes that have no place any more, such as a deleted row, each with the reason; all others are
            written.

        Raises:
            ConfigError: a person must change something; writing to this instance pauses, reading does not.
            TransientError, InDoubtError: all of it is written again later.
        """

    def id_of(self, record: Record) -> str:
        """The movement key of a raw record that `to_sale` refuses, so that its error can be written beside it.

        Empty if it cannot be told; then nothing is written.
        """
        del record
        return ""
