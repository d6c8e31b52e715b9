"""One test invoice through a PAC's sandbox, step by step: what its plugin says of it, seen to be true or not."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar

from hub.cfdi import Emisor, SoldLine, TaxRate, cancelacion, ingreso, receptor_publico_en_general, seal
from hub.cfdi.cancelacion import FolioCancelado
from hub.cfdi.csd import CsdError
from hub.cfdi.read import read
from hub.plugin import (
    CancelReceived,
    CancelRequest,
    ConfigError,
    Http,
    NeverStamped,
    PacProvider,
    Rejected,
    Stamped,
    StampRequest,
    StillUnknown,
)
from hub.sat.zone import zone_of

from .context import Flow
from .instances import Instance
from .outcome import not_ours
from .sandbox_offers import of_the_issuer, of_the_stamp
from .sandbox_step import Step, Verdict, asked
from .sat_status import reference_of

T = TypeVar("T")
SERIE = "PRUEBA"
AGAIN = "same bytes again"
NOT_KNOWN_YET = "205"
_BEHIND = timedelta(minutes=2)
_RECENT = timedelta(hours=1)
_IVA = TaxRate("002", "Tasa", Decimal("0.16"))
_LINE = SoldLine("Prueba de timbrado", Decimal(1), Decimal("1.16"), Decimal("1.16"), "84111506", "ACT", (_IVA,))


def refuse_production(flow: Flow) -> None:
    """Raises ConfigError if these stamps would be real invoices."""
    if flow.settings.environment == "production":
        raise ConfigError(
            "--sandbox-stamp makes test invoices, and this configuration is for production: nothing was sent",
            hint="give it a configuration with environment: test and the PAC's sandbox account, such as"
            " hub --config sandbox.yaml check --sandbox-stamp",
        )


def sandbox_stamp(flow: Flow, name: str) -> Iterator[Step]:
    """The checklist of one PAC, each step when it is done. Nothing of it reaches the hub's database.

    Raises:
        ConfigError: the configuration is for production.
    """
    refuse_production(flow)
    pac = flow.instances.pacs[name]
    issuer = next((issuer for issuer, settings in flow.settings.issuers.items() if name in settings.pac), None)
    if pac.plugin.config.environment != "sandbox":
        yield Step("stamp", Verdict.SKIPPED, "this PAC is set to production", "set its environment to sandbox")
    elif issuer is None:
        yield Step("stamp", Verdict.SKIPPED, "no issuer uses this PAC", "name it in issuers.<name>.pac")
    else:
        yield from _Trial(flow, issuer, pac).steps()


class _Trial:
    """One PAC with the documents of one issuer."""

    def __init__(self, flow: Flow, issuer: str, pac: Instance[PacProvider[Any]]) -> None:
        self._flow = flow
        self._issuer = issuer
        self._plugin: PacProvider[Any] = pac.plugin
        self._http: Http = pac.http

    def steps(self) -> Iterator[Step]:
        try:
            request = self._request(0)
        except CsdError as error:
            yield Step("seal", Verdict.WRONG, error.reason, error.hint)
            return
        first = asked("stamp", lambda: self._plugin.stamp(self._http, request))
        yield self._first(first, request)
        if isinstance(first, Rejected) or (isinstance(first, Step) and first.verdict is not Verdict.UNSURE):
            return
        known = first if isinstance(first, Stamped) else None
        again = self._sent_again(request)
        yield again if isinstance(again, Step) else _again(again, known)
        found = asked("recover", lambda: self._plugin.recover(self._http, request))
        yield found if isinstance(found, Step) else _found(found, known)
        yield self._never()
        stamped = known or next((value for value in (again, found) if isinstance(value, Stamped)), None)
        if stamped is not None:
            yield from self._of(stamped)
        yield from of_the_issuer(self._plugin, self._http, self._flow.issuer(self._issuer))

    def _request(self, number: int) -> StampRequest:
        """A new invoice over 1.16 pesos to the general public, sealed with the issuer's CSD."""
        issuer, now = self._flow.issuer(self._issuer), self._flow.now()
        csd = self._flow.instances.csds[self._issuer]
        csd.check_valid_at(now)
        folio = f"{now:%y%m%d%H%M%S%f}{number}"
        document = ingreso(
            emisor=Emisor(issuer.rfc, issuer.nombre, issuer.regimen_fiscal),
            receptor=receptor_publico_en_general(issuer.codigo_postal, "PRUEBA DE TIMBRADO"),
            lines=[_LINE],
            total=_LINE.total,
            prices_include_tax=True,
            forma_pago="01",
            metodo_pago="PUE",
            fecha=now - _BEHIND,
            lugar_expedicion=issuer.codigo_postal,
            serie=SERIE,
            folio=folio,
        )
        return StampRequest(f"{self._issuer}-{SERIE}-{folio}", seal(document, csd).xml, issuer.rfc)

    def _first(self, answer: Stamped | Rejected | Step, request: StampRequest) -> Step:
        if isinstance(answer, Step):
            return answer
        if isinstance(answer, Rejected):
            return Step("stamp", Verdict.WRONG, f"refused: {answer.code} {answer.message}")
        fault = not_ours(request.xml, answer, seals=self._plugin.capabilities.seals)
        if fault is not None:
            return Step("stamp", Verdict.WRONG, str(fault))
        return Step("stamp", Verdict.CONFIRMED, f"UUID {answer.uuid}")

    def _sent_again(self, request: StampRequest) -> Stamped | Rejected | Step:
        if not self._plugin.capabilities.resend_is_safe:
            return Step(AGAIN, Verdict.SKIPPED, "a second stamp could follow: the hub never does it at this PAC")
        return asked(AGAIN, lambda: self._plugin.stamp(self._http, request))

    def _never(self) -> Step:
        name = "recover what was never sent"
        if self._plugin.capabilities.recovers_by == "resending":
            return Step(name, Verdict.SKIPPED, "it recovers by sending, which would stamp it")
        answer = asked(name, lambda: self._plugin.recover(self._http, self._request(1)))
        if isinstance(answer, Step):
            return answer
        if isinstance(answer, NeverStamped):
            return Step(name, Verdict.CONFIRMED, "never stamped" + (", proven" if answer.proven else ", by a search"))
        if isinstance(answer, Stamped):
            return Step(name, Verdict.WRONG, f"it shows a stamp, {answer.uuid}, of what it never got")
        return Step(name, Verdict.UNSURE, answer.reason)

    def _of(self, stamped: Stamped) -> Iterator[Step]:
        yield self._rfc(stamped)
        if self._plugin.capabilities.tells_status:
            yield self._status("status", stamped)
        else:
            yield Step("status", Verdict.SKIPPED, "it does not tell the status; SAT's own service is asked")
        yield from of_the_stamp(self._plugin, self._http, reference_of(stamped.xml), self._flow.now() - _RECENT)
        yield self._cancel(stamped)

    def _rfc(self, stamped: Stamped) -> Step:
        name, said, timbre = "RFC of the PAC", self._plugin.rfc_pac, read(stamped.xml).timbre
        shown = timbre.rfc_prov_certif if timbre else ""
        if not said:
            return Step(name, Verdict.UNSURE, f"the stamp says {shown}, the plugin does not say")
        return Step(name, Verdict.CONFIRMED if said == shown else Verdict.WRONG, f"{said}; the stamp says {shown}")

    def _status(self, name: str, stamped: Stamped) -> Step:
        answer = asked(name, lambda: self._plugin.status(self._http, reference_of(stamped.xml)))
        if isinstance(answer, Step):
            return answer
        known = answer.estado != "No Encontrado"
        says = ", ".join(filter(None, [answer.estado, answer.es_cancelable, answer.estatus_cancelacion]))
        hint = "" if known else "SAT may need a while to know a new CFDI: try again later"
        return Step(name, Verdict.CONFIRMED if known else Verdict.UNSURE, says, hint)

    def _cancel(self, stamped: Stamped) -> Step:
        capabilities = self._plugin.capabilities
        if not capabilities.cancels:
            return Step("cancel", Verdict.SKIPPED, "it does not cancel")
        if capabilities.cancels_with != "signed_xml":
            return Step("cancel", Verdict.SKIPPED, "the PAC signs with the CSD that it keeps; cancel in its panel")
        answer = asked("cancel", lambda: self._plugin.cancel(self._http, self._cancellation(stamped)))
        if isinstance(answer, Step):
            return answer
        if isinstance(answer, CancelReceived):
            return Step("cancel", Verdict.CONFIRMED, f"SAT took the request: {answer.code}")
        says = f"refused: {answer.code} {answer.message}"
        if answer.again_later or answer.code == NOT_KNOWN_YET:
            return Step("cancel", Verdict.UNSURE, says, "SAT does not know it yet: cancel it later in the PAC's panel")
        return Step("cancel", Verdict.WRONG, says)

    def _cancellation(self, stamped: Stamped) -> CancelRequest:
        reference, issuer = reference_of(stamped.xml), self._flow.issuer(self._issuer)
        signed = cancelacion(
            rfc_emisor=issuer.rfc,
            folios=[FolioCancelado(reference.uuid, "02")],
            fecha=self._flow.now().astimezone(zone_of(issuer.codigo_postal)),
            csd=self._flow.instances.csds[self._issuer],
        )
        return CancelRequest(reference, "02", signed)


def _again(answer: Stamped | Rejected, known: Stamped | None) -> Step:
    if isinstance(answer, Rejected):
        return Step(AGAIN, Verdict.WRONG, f"refused, not shown: {answer.code} {answer.message}")
    if known is None:
        return Step(AGAIN, Verdict.UNSURE, f"UUID {answer.uuid}; whether it is the first stamp is not known")
    if _same(answer, known):
        return Step(AGAIN, Verdict.CONFIRMED, "the stamp that they have")
    return Step(AGAIN, Verdict.WRONG, f"a second stamp, {answer.uuid}: resending is not safe at this PAC")


def _found(answer: Stamped | NeverStamped | StillUnknown, known: Stamped | None) -> Step:
    if isinstance(answer, Stamped) and known is not None and not _same(answer, known):
        return Step("recover", Verdict.WRONG, f"another stamp: {answer.uuid}")
    if isinstance(answer, Stamped):
        return Step("recover", Verdict.CONFIRMED, "the stamp that they have")
    if isinstance(answer, StillUnknown):
        return Step("recover", Verdict.UNSURE, answer.reason, "it may be behind its stamping: try again later")
    if known is not None:
        return Step("recover", Verdict.WRONG, "it says never stamped of what it stamped")
    return Step("recover", Verdict.UNSURE, "never stamped")


def _same(one: Stamped, other: Stamped) -> bool:
    return one.uuid.lower() == other.uuid.lower()
