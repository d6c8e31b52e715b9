"""A stamped CFDI that is not known here, found at a PAC or handed over by a person, becomes known."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from sqlmodel import Session, select

from hub.cfdi.document import Comprobante
from hub.cfdi.parse import MalformedXmlError
from hub.cfdi.read import read
from hub.cfdi.verify import verify_seal
from hub.cfdi.xml import to_xml
from hub.plugin import DataError, HubError, Stamped
from hub.sat.consulta import Estado
from hub.sat.zone import MEXICO_CITY, zone_of
from hub.store import Cfdi, CfdiResealed, CfdiState, CfdiXml, Folio
from hub.store.states import move_cfdi, note, record

from .conditions import end
from .context import Flow
from .outbox import Notice, tell_operator
from .outcome import another_sale, stamped
from .sat_status import status_of

_ON_THE_WAY = frozenset({CfdiState.SEALED, CfdiState.SENDING, CfdiState.IN_DOUBT})


class Adopted(Enum):
    """What became of a CFDI that was found."""

    NEW = auto()
    """It was not known; its sale is still to be found."""
    SETTLED = auto()
    """It is a document of which it was not known whether it was stamped."""
    KNOWN = auto()
    FOREIGN = auto()
    """Of this issuer's RFC, and not made by this hub: another series, or no number."""


@dataclass(frozen=True, slots=True)
class Found:
    """A stamped CFDI whose seal holds."""

    xml: bytes
    document: Comprobante
    uuid: str

    @classmethod
    def of(cls, xml: bytes) -> "Found":
        """Read it, and see that the issuer's certificate sealed it and that the timbre is of this seal.

        Raises:
            DataError: it is no stamped CFDI 4.0, or a signature does not hold.
        """
        try:
            document, seal = read(xml), verify_seal(xml)
        except MalformedXmlError as error:
            raise DataError(f"this is no CFDI: {error}", hint="give the stamped XML as the PAC has it") from error
        if document.timbre is None or document.version != "4.0":
            raise DataError("this is no stamped CFDI 4.0", hint="give the stamped XML as the PAC has it")
        if not (seal.sello and seal.timbre and seal.rfc == document.emisor.rfc):
            uuid = document.timbre.uuid
            raise DataError(f"the signatures of {uuid} do not hold", hint="give the XML as the PAC has it")
        return cls(xml, document, document.timbre.uuid.lower())


def adopt(flow: Flow, issuer: str, pac: str, found: Found, *, who: str) -> Adopted:
    """Keep it, byte for byte. What is known already changes nothing.

    Raises:
        DataError: it contradicts what is known of its folio.
    """
    if not _is_of_the_hub(flow, issuer, found.document):
        return Adopted.FOREIGN
    with flow.store.read() as session:
        if _by_uuid(session, found) is not None:
            return Adopted.KNOWN
    is_cancelled = _is_cancelled(flow, issuer, pac, found)
    with flow.store.write() as session:
        if _by_uuid(session, found) is not None:
            return Adopted.KNOWN
        row = _by_folio(session, issuer, found.document)
        if row is None:
            _new(flow, session, issuer, pac, found, who=who, is_cancelled=is_cancelled)
            return Adopted.NEW
        _settle(flow, session, row, pac, found)
        if is_cancelled:
            says = f"SAT says that {row.key} is cancelled, and it is of a sale"
            hint = f"`hub cfdi cancel {row.key} ...` with the motivo that was used brings the hub in line"
            tell_operator(flow, session, Notice("difference", f"cfdi {row.key}", says, flow.now(), hint=hint))
        return Adopted.SETTLED


def _is_of_the_hub(flow: Flow, issuer: str, document: Comprobante) -> bool:
    settings = flow.issuer(issuer)
    if document.emisor.rfc != settings.rfc:
        raise DataError(f"the CFDI is of {document.emisor.rfc}, the issuer {issuer} is {settings.rfc}")
    if not (document.folio or "").isdigit():
        return False
    with flow.store.read() as session:
        known = session.exec(select(Folio.serie).where(Folio.issuer == issuer)).all()
    return (document.serie or "") in {*known, settings.serie}


def _is_cancelled(flow: Flow, issuer: str, pac: str, found: Found) -> bool:
    try:
        said = status_of(flow, _row(issuer, pac, found, flow.now()), found.xml)
    except HubError:
        return False  # nobody can be asked now, and what the PAC has is in force until somebody says otherwise
    return said.estado is Estado.CANCELADO


def _by_uuid(session: Session, found: Found) -> Cfdi | None:
    return session.exec(select(Cfdi).where(Cfdi.uuid == found.uuid)).one_or_none()


def _by_folio(session: Session, issuer: str, document: Comprobante) -> Cfdi | None:
    mine = select(Cfdi).where(
        Cfdi.issuer == issuer, Cfdi.serie == (document.serie or ""), Cfdi.folio == int(document.folio or 0)
    )
    return session.exec(mine.with_for_update()).one_or_none()


def _new(flow: Flow, session: Session, issuer: str, pac: str, found: Found, *, who: str, is_cancelled: bool) -> None:
    row = _row(issuer, pac, found, flow.now())
    session.add(row)
    session.flush()
    session.add(CfdiXml(cfdi_id=row.id, sealed=_sealed(found), stamped=found.xml))
    record(session, "cfdi", row.id, at=flow.now(), who=who, before="", after=row.state, why=f"found: UUID {row.uuid}")
    if is_cancelled:
        why = "SAT says that it was cancelled, after the backup"
        move_cfdi(session, row, CfdiState.CANCELLED, at=flow.now(), why=why, who="SAT")


def _row(issuer: str, pac: str, found: Found, now: datetime) -> Cfdi:
    document = found.document
    serie, folio = document.serie or "", int(document.folio or 0)
    return Cfdi(
        key=f"{issuer}-{serie}-{folio}",
        issuer=issuer,
        tipo=document.tipo_de_comprobante,
        serie=serie,
        folio=folio,
        state=CfdiState.STAMPED,
        pac=pac,
        rfc_emisor=document.emisor.rfc,
        rfc_receptor=document.receptor.rfc,
        nombre_receptor=document.receptor.nombre,
        total=document.total,
        currency=document.moneda,
        sealed_at=made_at(document),
        sello_sha256=hashlib.sha256(document.sello.encode()).hexdigest(),
        uuid=found.uuid,
        stamped_at=_stamped_at(document),
        unjoined_since=now,
    )


def _settle(flow: Flow, session: Session, row: Cfdi, pac: str, found: Found) -> None:
    """A document of ours that was on its way when the backup was made."""
    if row.state not in _ON_THE_WAY:
        says = f"{row.key} is {row.state} with UUID {row.uuid or 'none'}, and {pac} shows {found.uuid} under its folio"
        raise DataError(says, hint="two documents have one folio: cancel the one that is of no sale")
    journal = session.get_one(CfdiXml, row.id)
    if row.state == CfdiState.SEALED:
        move_cfdi(session, row, CfdiState.SENDING, at=flow.now(), why=f"found at {pac}", who="hub")
    row.pac = pac
    answer = Stamped(found.uuid, found.xml)
    fault = stamped(flow, session, row, answer)
    if fault is not None and another_sale(read(journal.sealed), found.document) is None:
        # It was sealed anew after the backup, with another Fecha.
        session.add(CfdiResealed(cfdi_id=row.id, sealed_at=row.sealed_at, sealed=journal.sealed))
        journal.sealed, row.sealed_at = _sealed(found), made_at(found.document)
        row.sello_sha256 = hashlib.sha256(found.document.sello.encode()).hexdigest()
        note(session, "cfdi", row, at=flow.now(), who="hub", why=f"sealed anew after the backup, as {pac} shows")
        fault = stamped(flow, session, row, answer)
    if fault is not None:
        raise DataError(f"{pac} shows {found.uuid} under the folio of {row.key}: {fault}", hint="look at both")
    flow.awaited.pop(row.id, None)
    end(flow, session, f"cfdi {row.key}")


def _sealed(found: Found) -> bytes:
    """What was sent is lost with the database; this is what it said, with the same seal."""
    return to_xml(found.document._replace(timbre=None, addenda=()))


def made_at(document: Comprobante) -> datetime:
    """The moment of its Fecha."""
    return datetime.fromisoformat(document.fecha).replace(tzinfo=zone_of(document.lugar_expedicion))


def _stamped_at(document: Comprobante) -> datetime | None:
    timbre = document.timbre
    return None if timbre is None else datetime.fromisoformat(timbre.fecha_timbrado).replace(tzinfo=MEXICO_CITY)
