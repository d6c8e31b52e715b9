"""The PAC's own logic, without the wire: stamp, recover, cancel, status, account, and what it offers beyond."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from . import cancellation, receptor
from .behaviour import SEARCH_LAG, Behaviours
from .cancellation import CancelCall
from .checks import checked
from .comprobante import PAGOS, Comprobante
from .keys import PacKeys
from .ledger import Issuer, Ledger, NoCreditsError, Stamp
from .padron import Padron
from .receiver import Asked, Compared, compared
from .receptor import Answered
from .refusal import Refused
from .settings import Settings
from .status import Consulta, Estado, estado_of
from .timbre import timbrado

NO_CREDITS = "no_credits"
PAGE = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """A stamp, and whether it is from an earlier request with the same bytes."""

    stamp: Stamp
    earlier: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of stamps; `last` is where the next one begins, if there is `more`."""

    stamps: list[Stamp]
    last: int
    more: bool


class Service:
    """One PAC. Several of them, in any number of processes, may share a data directory."""

    def __init__(self, ledger: Ledger, keys: PacKeys, settings: Settings, behaviours: Behaviours | None = None) -> None:
        self.ledger = ledger
        self.settings = settings
        self.behaviours = behaviours or Behaviours(ledger)
        self._keys = keys
        self._padron = Padron(settings.padron)

    def stamp(self, xml: bytes) -> Outcome:
        """Commit exactly one stamp for these bytes, whoever else sends them now; or `Refused`."""
        digest = hashlib.sha256(xml).digest()
        if earlier := self.ledger.stamp_of(digest):
            return Outcome(earlier, earlier=True)
        if self.behaviours.take(NO_CREDITS):
            raise Refused(NO_CREDITS, "La cuenta no tiene timbres disponibles.")
        now = self.behaviours.now()
        cfdi = checked(xml, self._padron, now)
        new = self._new_stamp(xml, cfdi, now)
        try:
            stored = self.ledger.add_stamp(digest, new, _relations(cfdi), self.settings.credits)
        except NoCreditsError as error:
            raise Refused(NO_CREDITS, "La cuenta agotó sus timbres.") from error
        return Outcome(stored, earlier=stored.uuid != new.uuid)

    def recover(self, xml: bytes) -> Stamp:
        """The earlier stamp of these very bytes; 603 proves that there is none."""
        found = self.ledger.stamp_of(hashlib.sha256(xml).digest())
        if found is None or self.behaviours.take(SEARCH_LAG):
            raise Refused("603", "El CFDI no contiene un timbre previo.")
        return found

    def issued(self, rfc: str, since: datetime, after: int) -> Listed:
        """What was stamped for an issuer, oldest first."""
        if self.behaviours.take(SEARCH_LAG):
            return Listed([], after, more=False)
        rows = self.ledger.stamps_of(rfc, since, after=after, limit=PAGE + 1)
        page = rows[:PAGE]
        return Listed([stamp for _, stamp in page], page[-1][0] if page else after, more=len(rows) > PAGE)

    def cancel(self, call: CancelCall) -> str:
        return cancellation.cancel(self.ledger, self.settings, call, self.behaviours.now())

    def answer_as_receptor(self, uuid: str, *, accept: bool) -> None:
        """What the receptor does in the buzón tributario."""
        cancellation.answer(self.ledger, self.settings, uuid, accept=accept, now=self.behaviours.now())

    def pending(self, rfc: str) -> list[str]:
        """UUIDs whose cancellation waits for this receptor."""
        return receptor.pending(self.ledger, self.settings, rfc, self.behaviours.now())

    def answer(self, signed_xml: bytes) -> Answered:
        """The receptor's answers, as SAT's signed document has them."""
        return receptor.answer(self.ledger, self.settings, signed_xml, self.behaviours.now())

    def fetch(self, rfc: str, uuid: str) -> Stamp | None:
        """What was stamped for this issuer; nothing while the search lags."""
        found = self.ledger.stamp_by_uuid(uuid)
        mine = found is not None and found.rfc_emisor == rfc
        return found if mine and not self.behaviours.take(SEARCH_LAG) else None

    def compared(self, asked: Asked) -> Compared:
        """A buyer's data against the padrón."""
        return compared(self._padron, asked)

    def register(self, issuer: Issuer) -> bool:
        """Open an issuer, or replace its data; whether it is new. 402 if the padrón says that it may not issue."""
        known = self._padron[issuer.rfc]
        if known is not None and known.suspended:
            raise Refused("402", "El RFC del emisor no se encuentra en el régimen de contribuyentes (LCO).")
        return self.ledger.save_issuer(issuer)

    def status(self, consulta: Consulta) -> Estado:
        return estado_of(self.ledger, self.settings, consulta, self.behaviours.now())

    def credits_left(self) -> int | None:
        """None means without limit."""
        bought = self.settings.credits
        return None if bought is None else max(0, bought - self.ledger.stamps_made())

    def _new_stamp(self, xml: bytes, cfdi: Comprobante, now: datetime) -> Stamp:
        uuid = str(uuid4()).upper()
        return Stamp(
            uuid=uuid,
            stamped_at=now,
            tipo=cfdi.tipo,
            rfc_emisor=cfdi.emisor["Rfc"],
            rfc_receptor=cfdi.receptor["Rfc"],
            total=cfdi.node.amount("Total"),
            sello=cfdi.sello,
            xml=timbrado(xml, uuid=uuid, sello=cfdi.sello, at=now, keys=self._keys),
        )


def _relations(cfdi: Comprobante) -> list[tuple[str, str]]:
    """(TipoRelacion, UUID) of CfdiRelacionados; a pago is related to the documents it pays."""
    related = [(tipo, uuid) for tipo, uuids in cfdi.relacionados for uuid in uuids]
    paid = [str(row.get("IdDocumento")).upper() for row in cfdi.root.iter(f"{PAGOS}DoctoRelacionado")]
    return related + [("pago", uuid) for uuid in paid]
