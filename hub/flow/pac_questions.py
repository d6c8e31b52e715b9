"""What an operator asks a PAC beyond stamping: stamps left, a buyer's data, what waits for an answer, an XML."""

from sqlmodel import select

from hub.plugin import (
    Balance,
    ConfigError,
    ContractError,
    NotFetched,
    Operation,
    Receiver,
    ReceiverCheck,
    TransientError,
    read_timbre,
)
from hub.store import Cfdi, CfdiXml

from .context import Flow
from .pac_offers import Heard, asked, each, offering
from .sat_status import reference_of


def balances(flow: Flow, pac: str = "") -> list[Heard[Balance]]:
    """Stamps left at one PAC, or at all that tell them.

    Raises:
        ConfigError: nobody tells it, or there is no such PAC.
        HubError: the only one that was asked fails.
    """
    return each(flow, offering(flow, Operation.BALANCE, pac=pac), lambda one: one.plugin.balance(one.http))


def check_receiver(flow: Flow, receiver: Receiver, pac: str = "") -> ReceiverCheck:
    """A buyer's data as a PAC knows them; the first one that offers it is asked.

    Raises:
        ConfigError: no PAC offers it, or there is no such PAC.
        HubError: it fails.
    """
    one = offering(flow, Operation.CHECK_RECEIVER, pac=pac)[0]
    return asked(flow, one, lambda: one.plugin.check_receiver(one.http, receiver))


def pending(flow: Flow, issuer: str) -> list[Heard[tuple[str, ...]]]:
    """UUIDs of CFDIs whose cancellation waits for this issuer as receiver, by each of its PACs that tells them.

    Raises:
        ConfigError: none tells them, or there is no such issuer.
        HubError: the only one that was asked fails.
    """
    mine = offering(flow, Operation.PENDING, issuer=issuer)
    return each(flow, mine, lambda one: one.plugin.pending(one.http, flow.issuer(issuer).rfc))


def kept_xml(flow: Flow, uuid: str) -> bytes:
    """One of our CFDIs as the PAC that stamped it keeps it.

    Raises:
        ConfigError: it is none of ours, or its PAC does not offer it or does not have it.
        TransientError: the PAC does not show it yet.
        HubError: the PAC fails.
    """
    with flow.store.read() as session:
        cfdi = session.exec(select(Cfdi).where(Cfdi.uuid == uuid.lower())).first()
        stamped = session.get_one(CfdiXml, cfdi.id).stamped if cfdi else None
    if cfdi is None or stamped is None:
        raise ConfigError(f"{uuid} is no CFDI of ours", hint="`hub cfdi list` shows their UUIDs")
    one, reference = offering(flow, Operation.FETCH, pac=cfdi.pac)[0], reference_of(stamped)
    found = asked(flow, one, lambda: one.plugin.fetch(one.http, reference))
    if isinstance(found, NotFetched):
        failure = TransientError if found.again_later else ConfigError
        raise failure(f"{one.name}: {found.reason}", hint="`hub cfdi xml` has the hub's own copy")
    if read_timbre(found.xml).uuid.upper() != reference.uuid.upper():
        raise ContractError(f"{one.name} shows another CFDI than {uuid}")
    return found.xml
