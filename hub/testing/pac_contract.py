"""What a PAC provider promises: one write per attempt, and never a guess about whether it happened."""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

import httpx
import pytest

from hub.plugin import (
    AnswerTaken,
    Balance,
    CancelReceived,
    CancelRefused,
    CancelRequest,
    CfdiStatus,
    Config,
    ConfigError,
    Fetched,
    Http,
    Issued,
    NeverStamped,
    NotFetched,
    Operation,
    PacProvider,
    ReceiverCheck,
    Rejected,
    Stamped,
    StampRequest,
    StillUnknown,
    TransientError,
)

from .expect import fail, outcome, raised
from .pac_cases import CANCELLATION, GARBAGE, OPTIONAL, REGISTRATION_WITH_CSD, SEALED, SERVER_ERRORS, identity_of
from .remote_contract import RemoteContract
from .wire import SILENCE, Wire, always, carries, failing, mentions

RFC = re.compile(r"[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{2}[0-9A]")
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_WRITES = frozenset({Operation.REGISTER_ISSUER, Operation.ANSWER})
_VALUES: dict[Operation, type | tuple[type, ...]] = {
    Operation.FETCH: (Fetched, NotFetched),
    Operation.ISSUED: Issued,
    Operation.BALANCE: Balance,
    Operation.CHECK_RECEIVER: ReceiverCheck,
    Operation.REGISTER_ISSUER: str,
    Operation.PENDING: tuple,
    Operation.ANSWER: AnswerTaken,
}
CAREFUL = "Nobody knows whether it happened: send with http.post_once and let its errors pass"


class PacContract(RemoteContract):
    """The contract of a PAC provider.

    Write `answer` and one method for each situation of the remote side: `rejection`, `already_stamped`,
    `hidden`, `never_stamped`, `cancel_refused`, and `cancelled` if your fake forgets what it cancelled. Each plays the
    remote side for every request of a call.

    Attributes:
        request: the CFDI to stamp; give your own, complete one if your fake checks the seal or your PAC seals.
        cancellation: what to cancel; give your own if your fake checks its signature.
    """

    plugin: type[PacProvider[Any]]
    request: ClassVar[StampRequest] = StampRequest(key="doc-1042", xml=SEALED, rfc_emisor="EKU9003173C9")
    cancellation: ClassVar[CancelRequest] = CANCELLATION

    # ---- what the author writes

    def rejection(self, request: httpx.Request) -> httpx.Response:
        """The PAC refuses the CFDI for what it says, such as CFDI40147."""
        raise _unwritten(self, request, "rejection", "refuse to stamp with a code of SAT")

    def already_stamped(self, request: httpx.Request) -> httpx.Response:
        """The PAC stamped these bytes before, says so (307) and shows the stamp to who asks for it."""
        raise _unwritten(self, request, "already_stamped", "say 307 to a stamp, and show the earlier stamp")

    def hidden(self, request: httpx.Request) -> httpx.Response:
        """The PAC says that it stamped these bytes before, and does not show the stamp."""
        raise _unwritten(self, request, "hidden", "say 307 to a stamp, and know nothing when asked for it")

    def never_stamped(self, request: httpx.Request) -> httpx.Response:
        """The PAC never stamped these bytes and says so when asked."""
        raise _unwritten(self, request, "never_stamped", "know nothing of the CFDI when asked for it")

    def cancel_refused(self, request: httpx.Request) -> httpx.Response:
        """SAT or the PAC refuses the cancellation."""
        raise _unwritten(self, request, "cancel_refused", "refuse to cancel with a code of SAT")

    def cancelled(self, request: httpx.Request) -> httpx.Response:
        """SAT says that the CFDI of `cancellation` is cancelled. Override unless your fake remembers it."""
        return self.remote(request)

    def is_write(self, request: httpx.Request) -> bool:
        """Does this request ask the PAC to stamp or cancel? Override if it also reads or logs in with POST."""
        return request.method == "POST"

    # ---- what the checks use

    def make(self) -> PacProvider[Any]:
        """A new provider."""
        return self.plugin(self.config)

    def stamp(self, wire: Wire | None = None) -> Stamped | Rejected:
        """Stamp over that wire."""
        return self.make().stamp(self.http(wire), self.request)

    def recover(self, wire: Wire | None = None) -> Stamped | NeverStamped | StillUnknown:
        """Recover over that wire."""
        return self.make().recover(self.http(wire), self.request)

    def cancel(self, wire: Wire | None = None) -> CancelReceived | CancelRefused:
        """Cancel over that wire, if this provider does."""
        if not self.plugin.capabilities.cancels:
            pytest.skip("capabilities say that it does not cancel")
        return self.make().cancel(self.http(wire), self.cancellation)

    def status(self, wire: Wire | None = None) -> CfdiStatus:
        """Ask for the status over that wire, if this provider tells it."""
        if not self.plugin.capabilities.tells_status:
            pytest.skip("capabilities say that it does not tell the status")
        return self.make().status(self.http(wire), self.cancellation.cfdi)

    def on_write(self, fault: Wire) -> Wire:
        """Everything works but the write, which meets the fault."""
        return lambda request: fault(request) if self.is_write(request) else self.remote(request)

    def operations(self) -> Iterator[tuple[str, Callable[[Http], Any]]]:
        """Everything a PAC does."""
        yield from super().operations()
        yield "stamp", lambda http: self.make().stamp(http, self.request)
        yield "recover", lambda http: self.make().recover(http, self.request)
        if self.plugin.capabilities.cancels:
            yield "cancel", lambda http: self.make().cancel(http, self.cancellation)
        if self.plugin.capabilities.tells_status:
            yield "status", lambda http: self.make().status(http, self.cancellation.cfdi)
        for operation in sorted(self.plugin.offers()):
            yield str(operation), partial(self._optional, operation)

    def production(self) -> Config:
        """The same configuration for production, without addresses set by hand. Override if it needs other keys.

        Raises:
            ValueError: the configuration itself refuses to mix the two, which is the best guard.
        """
        return self._in("production")

    # ---- stamp

    def test_a_test_never_reaches_production(self) -> None:
        if self.plugin.capabilities.environments != {"sandbox", "production"}:
            pytest.skip("capabilities name one environment only")
        try:
            test, real = self._in("sandbox"), self.production()
        except ValueError:
            return
        same = set(self._asked_with(test)) & set(self._asked_with(real))
        assert not same, (
            f"environment: sandbox and environment: production ask the same: {sorted(same)}; use two addresses, or "
            "refuse a key of the other environment in the configuration, or a test becomes a real invoice"
        )

    def _in(self, environment: str) -> Config:
        given = {name: getattr(self.config, name) for name in self.config.model_fields_set}
        kept = {name: value for name, value in given.items() if not f"_{name}".endswith("_url")}
        return type(self.config).model_validate({**kept, "environment": environment})

    def _asked_with(self, config: Config) -> list[str]:
        asked: list[str] = []

        def wire(request: httpx.Request) -> httpx.Response:
            asked.append(f"{request.method} {request.url}")
            return self.remote(request)

        plugin = self.plugin(config)
        http = Http.of(replace(plugin.client(), transport=httpx.MockTransport(wire)))
        outcome(partial(plugin.stamp, http, self.request))
        return asked

    def test_stamp_answers_with_a_stamp(self) -> None:
        self._is_our_stamp(self.stamp(), "stamp")

    def test_the_sealed_bytes_are_sent_unchanged(self) -> None:
        if self.plugin.capabilities.seals:
            pytest.skip("capabilities say that it makes its own seal")
        written = self._written(self.stamp)
        assert any(carries(request, self.request.xml) for request in written), (
            "the sealed XML did not leave as it is; send request.xml byte for byte (raw, base64 or as JSON text), "
            "and never parse and write it again: the seal covers these very bytes"
        )

    def test_what_its_model_cannot_carry_is_refused_unsent(self) -> None:
        if not self.plugin.capabilities.seals:
            pytest.skip("it stamps the sealed bytes themselves")
        odd = b"Zz9Kk"
        xml = self.request.xml.replace(b"Version=", b'Confirmacion="' + odd + b'" Version=', 1)
        call, written = partial(self.make().stamp, request=replace(self.request, xml=xml)), list[httpx.Request]()
        result = outcome(partial(call, self.http(self._watched(written))))
        if not any(mentions(request, odd) for request in written):
            assert not written, "an attribute of the CFDI did not reach the PAC; refuse what its model cannot carry"
            assert isinstance(result, (Rejected, ConfigError)), (
                f"a CFDI that cannot be carried became {result!r}; return Rejected with the attribute's name"
            )

    def test_one_attempt_is_one_write(self) -> None:
        count = len(self._written(self.stamp))
        assert count == 1, f"stamp wrote {count} times; write once (override is_write if one of them only reads)"
        for error in SILENCE:
            count = len(self._written(self.stamp, failing(error)))
            assert count == 1, f"stamp wrote {count} times when the answer was lost; retries belong to the hub"
        count = len(self._written(self.stamp, always(503)))
        assert count == 1, f"stamp wrote {count} times when it met HTTP 503; retries belong to the hub"

    def test_a_rejection_is_an_answer(self) -> None:
        result = outcome(partial(self.stamp, self.rejection))
        assert isinstance(result, Rejected), f"a rejection became {result!r}; return Rejected(code, message)"
        assert result.code, "Rejected without a code; SAT's own code tells buyer and operator what to mend"
        assert result.message, "Rejected without a message; pass on what the authority said"

    def test_the_code_of_a_rejection_is_the_one_that_was_said(self) -> None:
        self._said_by(self.rejection, self.stamp)

    def test_refused_credentials_on_stamp_are_a_config_error(self) -> None:
        for when, wire in (
            ("HTTP 401", always(401)),
            ("HTTP 403", always(403)),
            ("a refusal", self.refused_credentials),
        ):
            advice = "Nothing was stamped and a person must change a key: that is no Rejected and no doubt"
            raised(ConfigError, partial(self.stamp, wire), f"stamp after {when}", advice)

    def test_an_unreachable_pac_is_transient(self) -> None:
        for error in (httpx.ConnectError, httpx.ConnectTimeout):
            advice = "Nothing was sent, so nothing was stamped: let the error of http.post_once pass"
            raised(TransientError, partial(self.stamp, failing(error)), f"stamp after {error.__name__}", advice)

    def test_silence_after_sending_is_in_doubt(self) -> None:
        for error in SILENCE:
            self._in_doubt(self.stamp, failing(error), f"{error.__name__} after sending")

    def test_a_server_error_is_in_doubt(self) -> None:
        for status in self._doubtful():
            self._in_doubt(self.stamp, always(status), f"HTTP {status}")

    def test_a_write_that_is_turned_away_is_transient(self) -> None:
        advice = "Client.turns_away says that nothing was done: let the error of Http pass"
        for status in sorted(self.make().client().turns_away):
            for call in (self.stamp, self.cancel)[: 1 + self.plugin.capabilities.cancels]:
                fault = self.on_write(always(status, retry_after="17"))
                error = raised(TransientError, partial(call, fault), f"{call.__name__} after HTTP {status}", advice)
                assert error.retry_after_s == 17, f"retry_after_s is {error.retry_after_s}, the PAC asked for 17 s"

    def test_garbage_is_in_doubt(self) -> None:
        for what, wire in GARBAGE:
            self._in_doubt(self.stamp, wire, what)

    def test_already_stamped_is_recovered_not_rejected(self) -> None:
        result = outcome(partial(self.stamp, self.already_stamped))
        self._is_our_stamp(result, "stamp of what was stamped before")

    def test_a_hidden_stamp_is_in_doubt(self) -> None:
        self._must_doubt(outcome(partial(self.stamp, self.hidden)), "a stamp that the PAC has and does not show")

    def test_trouble_after_the_write_is_in_doubt(self) -> None:
        advice = "It said that it stamped these bytes before: raise InDoubtError whatever the look-up raises"
        troubles = [(error.__name__, failing(error)) for error in (*SILENCE, httpx.ConnectError)]
        for what, wire in (*troubles, *((f"HTTP {status}", always(status)) for status in (401, 403, 503)), *GARBAGE):
            result = outcome(partial(self.stamp, self._after_the_write(wire)))
            if isinstance(result, (ConfigError, TransientError)) or not isinstance(result, Exception):
                fail(f"{what} in the look-up of an earlier stamp became {result!r}. {advice}")

    def test_trouble_before_the_write_is_transient(self) -> None:
        advice = "Nothing was written yet, so nothing was stamped: log in with http.query or in Client.auth"
        for what, wire in (*((error.__name__, failing(error)) for error in SILENCE), ("HTTP 503", always(503))):
            written: list[httpx.Request] = []
            result = outcome(partial(self.stamp, self._until_the_write(wire, written)))
            if not written and not isinstance(result, TransientError):
                fail(f"{what} in what goes before the write became {result!r}. {advice}")

    # ---- recover

    def test_recover_finds_the_earlier_stamp(self) -> None:
        self._is_our_stamp(outcome(partial(self.recover, self.already_stamped)), "recover of what was stamped before")

    def test_recover_says_never_stamped_when_the_pac_does(self) -> None:
        result = outcome(partial(self.recover, self.never_stamped))
        if self._resends() and isinstance(result, Stamped):
            return self._is_our_stamp(result, "recover by resending")
        assert isinstance(result, NeverStamped), (
            f"the PAC never stamped it and says so, but recover answered {result!r}; return NeverStamped, "
            "proven only if the PAC states it of these very bytes"
        )
        return None

    def test_recover_writes_only_where_it_may(self) -> None:
        for remote in (self.never_stamped, self.already_stamped):
            written = self._written(self.recover, remote)
            if not self._resends():
                assert not written, "recover wrote; ask without changing anything, or declare recovers_by='resending'"
                continue
            assert len(written) <= 1, f"recover wrote {len(written)} times; send once, the hub asks again later"
            if not self.plugin.capabilities.seals:
                assert all(carries(request, self.request.xml) for request in written), "resend the very same bytes"

    def test_recover_takes_no_refusal_for_a_proof(self) -> None:
        if self.plugin.capabilities.recovers_by != "resending":
            pytest.skip("it asks, and sends nothing again")
        result = outcome(partial(self.recover, self.rejection))
        assert not (isinstance(result, NeverStamped) and result.proven), (
            "the same bytes were refused for what they say, and recover took that for a proof; a PAC may look at the "
            "data before it looks for an earlier stamp: return StillUnknown"
        )

    def test_recover_never_guesses(self) -> None:
        troubles = [(f"HTTP {status}", always(status)) for status in (401, 403, *SERVER_ERRORS)]
        troubles += [(error.__name__, failing(error)) for error in (*SILENCE, httpx.ConnectError)]
        for what, wire in (*troubles, *GARBAGE):
            result = outcome(partial(self.recover, wire))
            assert isinstance(result, (StillUnknown, Exception)), (
                f"recover made {result!r} out of {what}; without an answer raise or return StillUnknown: "
                "a wrong NeverStamped is a second invoice"
            )

    # ---- cancel and status

    def test_a_received_cancellation_is_a_value(self) -> None:
        result = outcome(self.cancel)
        assert isinstance(result, CancelReceived), f"an accepted cancellation became {result!r}; return CancelReceived"
        assert result.code, "CancelReceived without a code; pass on SAT's 201 or 202"

    def test_a_refused_cancellation_is_a_value(self) -> None:
        result = outcome(partial(self.cancel, self.cancel_refused))
        assert isinstance(result, CancelRefused), f"a refused cancellation became {result!r}; return CancelRefused"
        assert result.code, "CancelRefused without a code; pass on SAT's own"
        assert result.message, "CancelRefused without a message; pass on what the authority said"

    def test_the_code_of_a_refused_cancellation_is_the_one_that_was_said(self) -> None:
        self._said_by(self.cancel_refused, self.cancel)

    def test_the_signed_cancellation_is_sent_once_and_unchanged(self) -> None:
        written = self._written(self.cancel)
        assert len(written) == 1, f"cancel wrote {len(written)} times; write once"
        if self.plugin.capabilities.cancels_with == "signed_xml":
            assert carries(written[0], self.cancellation.signed_xml), "send signed_xml byte for byte: it is signed"
        again = self._written(self.cancel, failing(httpx.ReadTimeout))
        assert len(again) == 1, f"cancel wrote {len(again)} times when the answer was lost; retries belong to the hub"

    def test_a_lost_cancellation_is_in_doubt(self) -> None:
        for error in SILENCE:
            self._in_doubt(self.cancel, failing(error), f"{error.__name__} after sending")
        for what, wire in (*((f"HTTP {status}", always(status)) for status in self._doubtful()), *GARBAGE):
            self._in_doubt(self.cancel, wire, what)

    def test_status_reads_what_sat_says(self) -> None:
        result = self.status()
        assert isinstance(result, CfdiStatus), f"status answered {result!r}; return a CfdiStatus"
        assert result.estado in {"Vigente", "Cancelado", "No Encontrado"}, (
            f"estado is {result.estado!r}; use SAT's word"
        )

    def test_status_tells_in_force_from_cancelled(self) -> None:
        before = self.status().estado
        assert before == "Vigente", (
            f"estado is {before!r} of a CFDI that is in force; return SAT's word (let `answer` say Vigente)"
        )
        if self.plugin.capabilities.cancels:
            self.cancel()
        after = self.status(self.cancelled).estado
        assert after == "Cancelado", (
            f"estado is {after!r} of a CFDI that was cancelled; read what SAT says now (let your fake remember that it "
            "cancelled, or write `cancelled`)"
        )

    def test_status_fails_like_a_read(self) -> None:
        advice = "Read with http.get or http.query and let their errors pass"
        for what, wire in (("HTTP 503", always(503)), ("a timeout", failing(httpx.ReadTimeout))):
            raised(TransientError, partial(self.status, wire), f"status after {what}", advice)
        raised(ConfigError, partial(self.status, always(403)), "status after HTTP 403", advice)

    # ---- what it may offer

    def test_the_rfc_of_the_pac_is_one_or_none(self) -> None:
        rfc = self.make().rfc_pac
        assert rfc == "" or (isinstance(rfc, str) and RFC.fullmatch(rfc)), (
            f"rfc_pac is {rfc!r}; give the RFC that the PAC's stamps name (RfcProvCertif), or leave it out"
        )

    def test_optional_operations_answer_with_their_values(self) -> None:
        for operation in sorted(self.plugin.offers()):
            result = outcome(partial(self._optional, operation, self.http()))
            assert isinstance(result, _VALUES[operation]), f"{operation} answered {result!r} on a good day"

    def test_optional_reads_fail_like_reads(self) -> None:
        advice = "It changes nothing: read with http.get, http.query, http.ask or http.read"
        for operation in sorted(self.plugin.offers() - _WRITES):
            for what, wire in (("HTTP 503", always(503)), ("a timeout", failing(httpx.ReadTimeout))):
                call = partial(self._optional, operation, self.http(wire))
                raised(TransientError, call, f"{operation} after {what}", advice)
            call = partial(self._optional, operation, self.http(always(403)))
            raised(ConfigError, call, f"{operation} after HTTP 403", advice)

    def test_optional_writes_are_sent_once_and_in_doubt_when_lost(self) -> None:
        for operation in sorted(self.plugin.offers() & _WRITES):
            for what, fault in (("a timeout", failing(httpx.ReadTimeout)), ("HTTP 503", always(503)), *GARBAGE):
                call = partial(self._over, operation)
                count = len(self._written(call, fault))
                assert count == 1, f"{operation} wrote {count} times when it met {what}; override is_write if it may"
                self._in_doubt(call, fault, f"{what} ({operation})")

    # ---- how they judge

    def _optional(self, operation: Operation, http: Http) -> Any:
        asked = OPTIONAL[operation]
        capabilities = self.plugin.capabilities
        if operation is Operation.REGISTER_ISSUER and (capabilities.needs_csd or capabilities.takes_csd):
            asked = (REGISTRATION_WITH_CSD,)
        return getattr(self.make(), operation)(http, *asked)

    def _over(self, operation: Operation, wire: Wire) -> Any:
        return self._optional(operation, self.http(wire))

    def _after_the_write(self, fault: Wire) -> Wire:
        written = False

        def wire(request: httpx.Request) -> httpx.Response:
            nonlocal written
            if self.is_write(request):
                written = True
                return self.hidden(request)
            return fault(request) if written else self.remote(request)

        return wire

    def _doubtful(self) -> list[int]:
        turned_away = self.make().client().turns_away
        return [status for status in SERVER_ERRORS if status not in turned_away]

    def _resends(self) -> bool:
        capabilities = self.plugin.capabilities
        if capabilities.recovers_by == "resending":
            assert capabilities.resend_is_safe, "recovers_by='resending' needs a PAC where resend_is_safe"
        return capabilities.recovers_by == "resending"

    def _until_the_write(self, fault: Wire, written: list[httpx.Request]) -> Wire:
        def wire(request: httpx.Request) -> httpx.Response:
            if not self.is_write(request):
                return fault(request)
            written.append(request)
            return self.remote(request)

        return wire

    def _is_our_stamp(self, result: object, call: str) -> None:
        assert isinstance(result, Stamped), f"{call} answered {result!r}; return Stamped(uuid, xml)"
        assert UUID.fullmatch(result.uuid), f"the UUID is {result.uuid!r}; take it from the TimbreFiscalDigital"
        assert isinstance(result.xml, bytes), "Stamped.xml must be the PAC's bytes, as they came"
        assert result.uuid.lower().encode() in result.xml.lower(), (
            "the stamped XML does not hold the UUID: whose is it?"
        )
        if self.plugin.capabilities.seals:
            # Its seal is its own, so what identifies the sale must be ours.
            ours, theirs = identity_of(self.request.xml), identity_of(result.xml)
            assert theirs == ours, f"the stamped CFDI is {theirs}, not {ours}: it is another sale"
            return
        sello = re.search(rb'Sello="([^"]+)"', self.request.xml)
        assert sello is None or sello[1] in result.xml, "the stamped XML does not hold our seal: it is another CFDI"

    def _said_by(self, remote: Wire, call: Callable[[Wire], Any]) -> None:
        told: list[str] = []

        def wire(request: httpx.Request) -> httpx.Response:
            answer = remote(request)
            told.append(html.unescape(answer.text))
            return answer

        result = outcome(partial(call, wire))
        if isinstance(result, (Rejected, CancelRefused)):
            assert any(result.code in text for text in told), (
                f"the code {result.code!r} stands in nothing that the PAC answered; pass on the one that it gave, for "
                "the hub and the operator look up what it means"
            )

    def _written(self, call: Callable[[Wire], Any], fault: Wire | None = None) -> list[httpx.Request]:
        written: list[httpx.Request] = []
        outcome(partial(call, self._watched(written, fault)))
        return written

    def _watched(self, written: list[httpx.Request], fault: Wire | None = None) -> Wire:
        def wire(request: httpx.Request) -> httpx.Response:
            if not self.is_write(request):
                return self.remote(request)
            written.append(request)
            return (fault or self.remote)(request)

        return wire

    def _in_doubt(self, call: Callable[[Wire], Any], fault: Wire, what: str) -> None:
        self._must_doubt(outcome(partial(call, self.on_write(fault))), what)

    def _must_doubt(self, result: object, what: str) -> None:
        # What no class of the API names counts as a doubt, so it passes.
        if not isinstance(result, Exception):
            fail(f"{what} was read as {result!r}. {CAREFUL}")
        if isinstance(result, (ConfigError, TransientError)):
            fail(f"{what} raised {type(result).__name__}, as if it had certainly not happened. {CAREFUL}")


def _unwritten(contract: PacContract, request: httpx.Request, method: str, what: str) -> NotImplementedError:
    asked = f"{request.method} {request.url.path}"
    return NotImplementedError(f"write {method}(self, request) in {type(contract).__name__}: {what} (asked: {asked})")
