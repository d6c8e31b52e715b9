"""A receiver's answer to a cancellation that waits for it: SAT's document, signed in the hub, sent by way of a PAC."""

from dataclasses import dataclass

from sqlmodel import col, select

from hub.cfdi.aceptacion import Respuesta, aceptacion_rechazo
from hub.cfdi.read import read
from hub.cfdi.solicitud import SolicitudError
from hub.plugin import AnswerRequest, AnswerTaken, ConfigError, Operation
from hub.sat import rfc
from hub.sat.zone import zone_of
from hub.store import Cfdi, CfdiXml

from .context import Flow
from .pac_offers import Pac, offering, sent, valid_csd

RECEIVED = "1000"
SAYS = {
    RECEIVED: "SAT took the answer",
    "1001": "no cancellation of this CFDI waits for an answer",
    "1002": "it was answered before",
    "1003": "the CSD is not the receiver's",
    "1004": "several cancellations of this CFDI wait",
    "1005": "it is no UUID",
    "1006": "too many UUIDs at once",
}
"""SAT's codes for a receiver's answer."""


@dataclass(frozen=True, slots=True)
class Answered:
    """SAT's code for a receiver's answer, by way of a PAC; `acuse` is empty if the PAC does not hand it on."""

    pac: str
    uuid: str
    respuesta: Respuesta
    code: str
    acuse: bytes

    @property
    def says(self) -> str:
        """The code in words."""
        return SAYS.get(self.code, "SAT or the PAC refused it")


def answer(flow: Flow, issuer: str, uuid: str, respuesta: Respuesta, pac: str = "") -> Answered:
    """Accept or reject, as receiver, the cancellation of a CFDI: signed here by the issuer's CSD, sent once.

    It goes to the first of the issuer's PACs that offers it (RMF 2.7.1.34: three business days, silence accepts).

    Raises:
        ConfigError: no PAC of the issuer offers it, the CSD is not valid now, or what is asked is not well-formed.
        TransientError: it certainly did not arrive.
        InDoubtError: it may have arrived.
    """
    one, csd, now = offering(flow, Operation.ANSWER, issuer=issuer, pac=pac)[0], valid_csd(flow, issuer), flow.now()
    settings = flow.issuer(issuer)
    try:
        signed = aceptacion_rechazo(
            rfc_receptor=settings.rfc,
            rfc_pac=_rfc_of(flow, one),
            folios=[(uuid, respuesta)],
            fecha=now.astimezone(zone_of(settings.codigo_postal)),
            csd=csd,
        )
    except SolicitudError as error:
        raise ConfigError(str(error)) from error
    request = AnswerRequest(settings.rfc, [(uuid.upper(), respuesta)], signed)
    hint = f"`hub pac pending {issuer}` shows whether it still waits"
    taken = sent(flow, one, lambda: one.plugin.answer(one.http, request), hint=hint)
    return Answered(one.name, uuid.upper(), respuesta, _code_of(taken, uuid), taken.acuse)


def _rfc_of(flow: Flow, pac: Pac) -> str:
    """The PAC's own RFC, as its plugin says; if it does not, as its newest stamp says."""
    if pac.plugin.rfc_pac:
        return pac.plugin.rfc_pac
    stamped = select(CfdiXml.stamped).join(Cfdi, col(Cfdi.id) == CfdiXml.cfdi_id)
    mine = stamped.where(Cfdi.pac == pac.name, col(CfdiXml.stamped).is_not(None)).order_by(col(Cfdi.id).desc())
    with flow.store.read() as session:
        newest = session.exec(mine.limit(1)).first()
    timbre = read(newest).timbre if newest else None
    if timbre is None or not rfc.is_valid(timbre.rfc_prov_certif):
        raise ConfigError(
            f"the RFC of {pac.name}, which SAT's document must name, is not known",
            hint="its first stamp names it: answer in SAT's buzón tributario until then",
        )
    return timbre.rfc_prov_certif


def _code_of(taken: AnswerTaken, uuid: str) -> str:
    codes = {folio.upper(): code for folio, code in taken.folios}
    return codes.get(uuid.upper()) or taken.code
