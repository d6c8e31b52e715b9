"""The same document with a new Fecha: only for one that surely nobody stamped, under its key and folio.

SAT takes a CFDI within 72 hours of its Fecha (code 401). A document that waited longer is sealed again; that its
number stays is what keeps a PAC that knows documents by key from making a second one.
"""

import hashlib
from datetime import datetime, timedelta

from sqlmodel import Session

from hub.cfdi.ingreso import local_fecha
from hub.cfdi.read import read
from hub.cfdi.seal import seal
from hub.cfdi.xml import to_xml
from hub.store import Cfdi, CfdiResealed, CfdiState, CfdiXml
from hub.store.states import ForbiddenChangeError, note

from .context import Flow
from .draft import CLOCK_SAFETY

GOOD_FOR = timedelta(hours=72)
TIME_TO_SEND = timedelta(minutes=30)


def too_old(cfdi: Cfdi, now: datetime) -> bool:
    """Whether its Fecha has left, or is about to leave, the hours in which SAT takes it."""
    return now - cfdi.sealed_at > GOOD_FOR - TIME_TO_SEND


def reseal(flow: Flow, session: Session, cfdi: Cfdi, *, why: str) -> bool:
    """Seal it anew; the earlier bytes are kept. False if it holds what the hub could not write again.

    Raises:
        CsdError: the issuer's CSD is not valid now.
    """
    if cfdi.state != CfdiState.SEALED or cfdi.in_doubt_since is not None:
        raise ForbiddenChangeError(f"cfdi {cfdi.id}: {cfdi.state}, new bytes ({why})")
    journal, csd, now = session.get_one(CfdiXml, cfdi.id), flow.instances.csds[cfdi.issuer], flow.now()
    csd.check_valid_at(now)
    document = read(journal.sealed)
    if to_xml(document) != journal.sealed:
        return False
    fecha = local_fecha(now - CLOCK_SAFETY, document.lugar_expedicion)
    sealed = seal(document._replace(fecha=fecha, no_certificado="", certificado="", sello=""), csd)
    session.add(CfdiResealed(cfdi_id=cfdi.id, sealed_at=cfdi.sealed_at, sealed=journal.sealed))
    journal.sealed, cfdi.sealed_at = sealed.xml, now
    cfdi.sello_sha256 = hashlib.sha256(sealed.sello.encode()).hexdigest()
    note(session, "cfdi", cfdi, at=now, who="hub", why=f"Fecha {document.fecha} became {fecha}: {why}")
    return True
