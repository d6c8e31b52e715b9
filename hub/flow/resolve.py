"""A person ends a doubt that the PAC cannot end: in writing, and never against what the PAC or SAT says."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, select

from hub.cfdi.parse import MalformedXmlError
from hub.cfdi.read import read_timbre
from hub.plugin import ConfigError, DataError, NeverStamped, Stamped, StillUnknown, TransientError
from hub.sat.consulta import Estado
from hub.sat.zone import MEXICO_CITY
from hub.store import Cfdi, CfdiState
from hub.store.states import note

from .conditions import end
from .context import Flow
from .doubt import free, recover_call, told_by
from .outcome import stamped
from .sat_status import status_of
from .turns import give_back
from .work import LostClaimError, due, held, take

SAT_KNOWS_AFTER = timedelta(hours=72)
SHORTEST_REASON = 10
Answer = Stamped | NeverStamped | StillUnknown


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a person found out: the stamped CFDI, or None if it was never stamped."""

    stamped: Stamped | None
    reason: str
    who: str

    @classmethod
    def of(cls, xml: bytes | None, *, reason: str, who: str) -> "Resolution":
        """Read what was given.

        Raises:
            ConfigError: there is no reason.
            DataError: the file is no stamped CFDI.
        """
        if len(reason.strip()) < SHORTEST_REASON:
            hint = "who said it, and when; it is kept for the auditor"
            raise ConfigError("a doubt is ended by a reason in words", hint=hint)
        return cls(None if xml is None else Stamped(_uuid_of(xml), xml), reason.strip(), who)


def resolve(flow: Flow, key: str, resolution: Resolution) -> Cfdi:
    """End the doubt as the person says.

    Raises:
        ConfigError: it is not in doubt, or the PAC or SAT says otherwise. A stamp that the PAC knows is taken.
        DataError: the file is not this CFDI.
        TransientError: somebody else is asking about it now, or SAT does not answer.
    """
    try:
        return _resolved(flow, key, resolution)
    except LostClaimError:
        raise TransientError(f"a worker went on with {key} meanwhile", hint="see `hub doubts show`") from None


def _resolved(flow: Flow, key: str, resolution: Resolution) -> Cfdi:
    cfdi, token, said = _asked(flow, key)
    try:
        _check_with_sat(flow, cfdi, resolution)
        with flow.store.write() as session:
            row = held(session, Cfdi, cfdi.id, token)
            asked = row.pac
            against = _settle(flow, session, row, said, resolution)
            _give_back(flow, session, asked, token)
    except BaseException:
        with flow.store.write() as session:
            row = held(session, Cfdi, cfdi.id, token)
            due(row, flow.now())
            _give_back(flow, session, row.pac, token)
        raise
    if against:
        raise ConfigError(against, hint="`hub doubts show` has what is known of it")
    return row


def _settle(flow: Flow, session: Session, row: Cfdi, said: Answer, resolution: Resolution) -> str:
    """Do what may be done; the words are why it is not what the person wants."""
    found = resolution.stamped
    if isinstance(said, Stamped) and stamped(flow, session, row, said) is None:
        end(flow, session, f"cfdi {row.key}")
        return "" if found and found.uuid == row.uuid else f"{row.pac} has its stamp, which was taken: UUID {row.uuid}"
    if isinstance(said, NeverStamped) and said.proven and found:
        due(row, flow.now())
        return f"{row.pac} says that it never stamped these bytes"
    if found is None:
        free(flow, session, row, why=f"never stamped, because: {resolution.reason}", who=resolution.who)
        return ""
    note(session, "cfdi", row, at=flow.now(), who=resolution.who, why=f"stamped, because: {resolution.reason}")
    fault = stamped(flow, session, row, found)
    if fault is not None:
        raise DataError(f"the file is not {row.key}: {fault}", hint="ask the PAC for the XML of this very CFDI")
    end(flow, session, f"cfdi {row.key}")
    return ""


def _asked(flow: Flow, key: str) -> tuple[Cfdi, str, Answer]:
    """The CFDI, claimed, and what its PAC says of it now."""
    now, lease = flow.now(), timedelta(seconds=flow.settings.engine.lease_s)
    with flow.store.write() as session:
        row = session.exec(select(Cfdi).where(Cfdi.key == key).with_for_update()).one_or_none()
        if row is None or row.state != CfdiState.IN_DOUBT:
            what = f"{key} is {row.state}, not in doubt" if row else f"there is no CFDI {key}"
            raise ConfigError(what, hint="`hub doubts list` shows what is")
        if row.token is not None and row.due_at is not None and row.due_at > now:
            raise TransientError(f"{key} is being asked about at this moment", hint="try again in a minute")
        due(row, now)
        session.flush()
        taken = take(session, Cfdi, row.id, now=now, lease=lease)
        if taken is None:
            raise TransientError(f"{key} is being asked about at this moment", hint="try again in a minute")
        cfdi, token = taken
        if cfdi.pac not in flow.instances.pacs:
            return cfdi, token, StillUnknown(f"there is no PAC {cfdi.pac} any more")
        call = recover_call(flow, session, cfdi, token)
    if call is None:
        raise TransientError(f"all calls that {cfdi.pac} allows are under way", hint="try again in a minute")
    return cfdi, token, told_by(flow, cfdi, call)


def _give_back(flow: Flow, session: Session, pac: str, token: str) -> None:
    if pac in flow.instances.pacs:
        give_back(flow, session, pac, token=token)


def _uuid_of(xml: bytes) -> str:
    try:
        timbre = read_timbre(xml)
    except MalformedXmlError as error:
        raise DataError(f"the file is no CFDI: {error}", hint="give the stamped XML that the PAC shows") from error
    if timbre is None:
        raise DataError("the file is a CFDI without a timbre", hint="give the stamped XML that the PAC shows")
    return timbre.uuid.lower()


def _check_with_sat(flow: Flow, cfdi: Cfdi, resolution: Resolution) -> None:
    if resolution.stamped is None:
        return  # without a UUID SAT cannot be asked
    try:
        said = status_of(flow, cfdi, resolution.stamped.xml)
    except ConfigError:
        return  # nobody can be asked
    if said.estado is Estado.CANCELADO:
        raise ConfigError("SAT says that this CFDI is cancelled", hint="`hub doubts resolve` is for what is in force")
    if said.estado is Estado.NO_ENCONTRADO and _should_be_known(flow, resolution.stamped.xml):
        raise ConfigError("SAT does not know this CFDI, 72 hours after its timbre", hint="ask the PAC what it is")


def _should_be_known(flow: Flow, xml: bytes) -> bool:
    timbre = read_timbre(xml)
    if timbre is None:
        return False
    made = datetime.fromisoformat(timbre.fecha_timbrado).replace(tzinfo=MEXICO_CITY)
    return flow.now() - made > SAT_KNOWS_AFTER
