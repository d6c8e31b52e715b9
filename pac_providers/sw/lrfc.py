"""SAT's list of RFCs (l_RFC) as SW keeps it: it knows RFCs, no names, postal codes or regímenes."""

from urllib.parse import quote

from hub.plugin import Http, Receiver, ReceiverCheck, TransientError

from .envelope import text
from .storage import ask

_RFC_ALONE = "SAT's list has the RFC; SW compares neither name nor postal code nor régimen"


def check(http: Http, receiver: Receiver) -> ReceiverCheck:
    """Whether the list has the RFC; raises as a read.

    How SW says that it has none is not documented, so a refusal is `unknown`, never `differs`.
    """
    envelope = ask(http, f"/lrfc/{quote(receiver.rfc, safe='')}")
    if not envelope.ok:
        return ReceiverCheck("unknown", message=f"SW shows no such RFC in SAT's list ({envelope.code or 'no code'})")
    if text(envelope.data, "contribuyenteRFC").upper() != receiver.rfc.upper():
        raise TransientError("SW answers the question about an RFC with something else")
    if receiver.nombre or receiver.codigo_postal or receiver.regimen_fiscal:
        return ReceiverCheck("unknown", message=_RFC_ALONE)
    return ReceiverCheck("matches")
