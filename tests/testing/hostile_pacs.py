"""PAC providers that break one promise each."""

import dataclasses
import logging
from contextlib import suppress

from hub.plugin import (
    AnswerTaken,
    Balance,
    CancelReceived,
    CancelRefused,
    CfdiStatus,
    ConfigError,
    DataError,
    HubError,
    InDoubtError,
    NeverStamped,
    Rejected,
    Stamped,
    StillUnknown,
    TransientError,
)
from tests.testing.acme import AcmePac, stamped
from tests.testing.acme_seals import AcmeSealer

OTHER = b'<cfdi:Comprobante Sello="b3Rybw=="/>'


class NamesItself(AcmePac):
    rfc_pac = "Acme"


class ShortUuid(AcmePac):
    def stamp(self, http, request):
        result = super().stamp(http, request)
        return Stamped("42", result.xml) if isinstance(result, Stamped) else result


class SomebodyElses(AcmePac):
    def stamp(self, http, request):
        result = super().stamp(http, request)
        return Stamped(result.uuid, OTHER + result.uuid.encode()) if isinstance(result, Stamped) else result


class WithoutTimbre(AcmePac):
    def stamp(self, http, request):
        result = super().stamp(http, request)
        return Stamped(result.uuid, request.xml) if isinstance(result, Stamped) else result


class TextForBytes(AcmePac):
    def stamp(self, http, request):
        result = super().stamp(http, request)
        return Stamped(result.uuid, result.xml.decode()) if isinstance(result, Stamped) else result


class Reserialises(AcmePac):
    def stamp(self, http, request):
        return super().stamp(http, dataclasses.replace(request, xml=request.xml.replace(b"  ", b" ")))


class AddsALine(AcmePac):
    def stamp(self, http, request):
        return super().stamp(http, dataclasses.replace(request, xml=request.xml + b"\n"))


class SignsAndAddsALine(AcmePac):
    def cancel(self, http, request):
        return super().cancel(http, dataclasses.replace(request, signed_xml=request.signed_xml + b"\n"))


class InventsCodes(AcmePac):
    def stamp(self, http, request):
        result = super().stamp(http, request)
        return Rejected("CFDI40999", result.message) if isinstance(result, Rejected) else result


class InventsCancelCodes(AcmePac):
    def cancel(self, http, request):
        result = super().cancel(http, request)
        return CancelRefused("999", result.message) if isinstance(result, CancelRefused) else result


class AlwaysInForce(AcmePac):
    def status(self, http, cfdi):
        super().status(http, cfdi)
        return CfdiStatus("Vigente")


class NeverInForce(AcmePac):
    def status(self, http, cfdi):
        said = super().status(http, cfdi).estado
        return CfdiStatus({"Vigente": "Cancelado", "Cancelado": "Vigente"}.get(said, said))


class Retries(AcmePac):
    def stamp(self, http, request):
        try:
            return super().stamp(http, request)
        except InDoubtError:
            return super().stamp(http, request)


class WritesTwice(AcmePac):
    def stamp(self, http, request):
        with suppress(HubError):
            http.post_once("/stamp", request.xml, {"idempotency-key": "first"})
        return super().stamp(http, request)


class RaisesRejections(AcmePac):
    def stamp(self, http, request):
        result = super().stamp(http, request)
        if isinstance(result, Rejected):
            raise DataError(result.message)
        return result


class MuteRejections(AcmePac):
    def stamp(self, http, request):
        result = super().stamp(http, request)
        return Rejected(result.code, "") if isinstance(result, Rejected) else result


class RejectsForTheKey(AcmePac):
    def stamp(self, http, request):
        try:
            return super().stamp(http, request)
        except ConfigError:
            return Rejected("401", "no entry")


class SilenceIsTransient(AcmePac):
    def stamp(self, http, request):
        try:
            return super().stamp(http, request)
        except InDoubtError as error:
            if "after sending" in str(error):
                raise TransientError("again") from error
            raise


class ServerErrorIsTransient(AcmePac):
    def stamp(self, http, request):
        try:
            return super().stamp(http, request)
        except InDoubtError as error:
            if "HTTP 5" in str(error):
                raise TransientError("again") from error
            raise


class ServerErrorIsRejected(AcmePac):
    def stamp(self, http, request):
        try:
            return super().stamp(http, request)
        except InDoubtError as error:
            if "HTTP 5" in str(error):
                return Rejected("500", "error")
            raise


class EverythingInDoubt(AcmePac):
    def stamp(self, http, request):
        try:
            return super().stamp(http, request)
        except TransientError as error:
            raise InDoubtError("who knows") from error


class GarbageIsRejected(AcmePac):
    def stamp(self, http, request):
        try:
            return super().stamp(http, request)
        except (KeyError, InDoubtError) as error:
            if isinstance(error, KeyError) or "not JSON" in str(error):
                return Rejected("999", "unexpected answer")
            raise


class DoubtsWhatTurnsItAway(AcmePac):
    def client(self):
        return dataclasses.replace(super().client(), turns_away=frozenset({429}))

    def stamp(self, http, request):
        try:
            return super().stamp(http, request)
        except TransientError as error:
            if "nothing was done" in str(error):
                raise InDoubtError("who knows") from error
            raise


class DoubtsTheLogin(AcmePac):
    def stamp(self, http, request):
        try:
            http.read("GET", "/account")
        except TransientError as error:
            raise InDoubtError("who knows") from error
        return super().stamp(http, request)


class RecoversByStamping(AcmePac):
    def recover(self, http, request):
        http.post_once("/stamp", request.xml, {"idempotency-key": request.key})
        return super().recover(http, request)


class ResendsOthers(AcmePac):
    capabilities = dataclasses.replace(AcmePac.capabilities, recovers_by="resending", resend_is_safe=True)

    def recover(self, http, request):
        http.post_once("/stamp", request.xml.replace(b"  ", b" "), {"idempotency-key": request.key})
        return super().recover(http, request)


class ResendsWhereItMayNot(AcmePac):
    capabilities = dataclasses.replace(AcmePac.capabilities, recovers_by="resending")


class RefusalIsProof(AcmePac):
    capabilities = dataclasses.replace(AcmePac.capabilities, recovers_by="resending", resend_is_safe=True)

    def recover(self, http, request):
        again = http.post_once("/stamp", request.xml, {"idempotency-key": request.key})
        if again.status == 400 and again.json()["code"] != "307":
            return NeverStamped(proven=True)
        return super().recover(http, request)


class RejectsTheStamped(AcmePac):
    def earlier(self, http, request):
        return Rejected("307", "timbre previo")


class RejectsTheHidden(AcmePac):
    def earlier(self, http, request):
        found = self.recover(http, request)
        return found if isinstance(found, Stamped) else Rejected("307", "timbre previo")


class RetriesTheHidden(AcmePac):
    def earlier(self, http, request):
        found = self.recover(http, request)
        if not isinstance(found, Stamped):
            raise TransientError("not shown yet")
        return found


class LooksUpCarelessly(AcmePac):
    def earlier(self, http, request):
        found = self.recover(http, request)
        if not isinstance(found, Stamped):
            raise InDoubtError("not shown yet")
        return found


class WrongBalance(AcmePac):
    def balance(self, http):
        return http.get("/account")["credits"]


class BalanceOfNothing(AcmePac):
    def balance(self, http):
        try:
            return Balance(http.get("/account")["credits"])
        except HubError:
            return Balance(0)


class AnswersTwice(AcmePac):
    def answer(self, http, request):
        try:
            http.post_once("/cancel", request.signed_xml).json()
        except InDoubtError:
            http.post_once("/cancel", request.signed_xml).json()
        return AnswerTaken("1000")


class NeverFinds(AcmePac):
    def recover(self, http, request):
        super().recover(http, request)
        return NeverStamped(proven=False)

    def earlier(self, http, request):
        return stamped(http.get("/stamps", {"key": request.key})["stamps"][0])


class NeverSure(AcmePac):
    def recover(self, http, request):
        found = super().recover(http, request)
        return found if isinstance(found, Stamped) else StillUnknown("who knows")


class TroubleIsNever(AcmePac):
    def recover(self, http, request):
        try:
            return super().recover(http, request)
        except HubError:
            return NeverStamped(proven=False)


class NothingIsNever(AcmePac):
    def recover(self, http, request):
        found = http.get("/stamps", {"key": request.key}).get("stamps")
        return stamped(found[0]) if found else NeverStamped(proven=True)


class CancelsAlways(AcmePac):
    def cancel(self, http, request):
        http.post_once("/cancel", request.signed_xml).json()
        return CancelReceived("201")


class CancelsNever(AcmePac):
    def cancel(self, http, request):
        http.post_once("/cancel", request.signed_xml).json()["code"]
        return CancelRefused("999", "no")


class RaisesRefusals(AcmePac):
    def cancel(self, http, request):
        result = super().cancel(http, request)
        if isinstance(result, CancelRefused):
            raise DataError(result.message)
        return result


class SignsAnew(AcmePac):
    def cancel(self, http, request):
        return super().cancel(http, dataclasses.replace(request, signed_xml=b"<Cancelacion/>"))


class CancelsTwice(AcmePac):
    def cancel(self, http, request):
        try:
            return super().cancel(http, request)
        except InDoubtError:
            return super().cancel(http, request)


class LostCancelIsTransient(AcmePac):
    def cancel(self, http, request):
        try:
            return super().cancel(http, request)
        except InDoubtError as error:
            raise TransientError("again") from error


class OwnWords(AcmePac):
    def status(self, http, cfdi):
        return CfdiStatus(super().status(http, cfdi).estado.upper())


class StatusInventsAnswers(AcmePac):
    def status(self, http, cfdi):
        try:
            return super().status(http, cfdi)
        except HubError:
            return CfdiStatus("No Encontrado")


class LogsWhatItStamps(AcmePac):
    def stamp(self, http, request):
        logging.getLogger("pac").warning("token %s", self.config.token.get_secret_value())
        return super().stamp(http, request)


class RepeatsTheAnswer(AcmePac):
    def stamp(self, http, request):
        answer = http.post_once("/stamp", request.xml, {"idempotency-key": request.key})
        if answer.status == 422:
            return Rejected("422", answer.content.decode())
        return super().stamp(http, request)


class SealsForAnother(AcmeSealer):
    def model(self, root):
        return {**super().model(root), "receiver": "XAXX010101000"}


class RoundsWhatItSeals(AcmeSealer):
    def model(self, root):
        model = super().model(root)
        return {**model, "total": model["total"] + 1}


class DropsWhatItCannotCarry(AcmeSealer):
    def unread(self, root):
        return []


class DoubtsWhatItCannotCarry(AcmeSealer):
    def stamp(self, http, request):
        result = super().stamp(http, request)
        if isinstance(result, Rejected) and result.code == "model":
            raise InDoubtError(result.message)
        return result


SEALERS = [
    (
        SealsForAnother,
        {
            "stamp_answers_with_a_stamp",
            "already_stamped_is_recovered_not_rejected",
            "recover_finds_the_earlier_stamp",
        },
    ),
    (
        RoundsWhatItSeals,
        {
            "stamp_answers_with_a_stamp",
            "already_stamped_is_recovered_not_rejected",
            "recover_finds_the_earlier_stamp",
        },
    ),
    (DropsWhatItCannotCarry, {"what_its_model_cannot_carry_is_refused_unsent"}),
    (DoubtsWhatItCannotCarry, {"what_its_model_cannot_carry_is_refused_unsent"}),
]


class OneAddress(AcmePac):
    def client(self):
        return dataclasses.replace(super().client(), base_url="https://pac.acme.example")


PACS = [
    (OneAddress, {"a_test_never_reaches_production"}),
    (NamesItself, {"the_rfc_of_the_pac_is_one_or_none"}),
    (ShortUuid, {"stamp_answers_with_a_stamp", "already_stamped_is_recovered_not_rejected"}),
    (SomebodyElses, {"stamp_answers_with_a_stamp", "already_stamped_is_recovered_not_rejected"}),
    (WithoutTimbre, {"stamp_answers_with_a_stamp", "already_stamped_is_recovered_not_rejected"}),
    (TextForBytes, {"stamp_answers_with_a_stamp", "already_stamped_is_recovered_not_rejected"}),
    (Reserialises, {"the_sealed_bytes_are_sent_unchanged"}),
    (AddsALine, {"the_sealed_bytes_are_sent_unchanged"}),
    (SignsAndAddsALine, {"the_signed_cancellation_is_sent_once_and_unchanged"}),
    (InventsCodes, {"the_code_of_a_rejection_is_the_one_that_was_said"}),
    (InventsCancelCodes, {"the_code_of_a_refused_cancellation_is_the_one_that_was_said"}),
    (AlwaysInForce, {"status_tells_in_force_from_cancelled"}),
    (NeverInForce, {"status_tells_in_force_from_cancelled"}),
    (Retries, {"one_attempt_is_one_write"}),
    (WritesTwice, {"one_attempt_is_one_write"}),
    (RaisesRejections, {"a_rejection_is_an_answer"}),
    (MuteRejections, {"a_rejection_is_an_answer"}),
    (RejectsForTheKey, {"refused_credentials_on_stamp_are_a_config_error"}),
    (SilenceIsTransient, {"silence_after_sending_is_in_doubt"}),
    (ServerErrorIsTransient, {"a_server_error_is_in_doubt"}),
    (ServerErrorIsRejected, {"a_server_error_is_in_doubt"}),
    (EverythingInDoubt, {"an_unreachable_pac_is_transient"}),
    (GarbageIsRejected, {"garbage_is_in_doubt", "trouble_after_the_write_is_in_doubt"}),
    (DoubtsWhatTurnsItAway, {"a_write_that_is_turned_away_is_transient"}),
    (RefusalIsProof, {"recover_takes_no_refusal_for_a_proof"}),
    (DoubtsTheLogin, {"trouble_before_the_write_is_transient", "an_unreachable_pac_is_transient"}),
    (RecoversByStamping, {"recover_writes_only_where_it_may"}),
    (ResendsOthers, {"recover_writes_only_where_it_may"}),
    (ResendsWhereItMayNot, {"recover_writes_only_where_it_may", "recover_says_never_stamped_when_the_pac_does"}),
    (
        RejectsTheStamped,
        {
            "already_stamped_is_recovered_not_rejected",
            "a_hidden_stamp_is_in_doubt",
            "trouble_after_the_write_is_in_doubt",
        },
    ),
    (RejectsTheHidden, {"a_hidden_stamp_is_in_doubt", "trouble_after_the_write_is_in_doubt"}),
    (RetriesTheHidden, {"a_hidden_stamp_is_in_doubt", "trouble_after_the_write_is_in_doubt"}),
    (LooksUpCarelessly, {"trouble_after_the_write_is_in_doubt"}),
    (WrongBalance, {"optional_operations_answer_with_their_values"}),
    (BalanceOfNothing, {"optional_reads_fail_like_reads"}),
    (AnswersTwice, {"optional_writes_are_sent_once_and_in_doubt_when_lost"}),
    (NeverFinds, {"recover_finds_the_earlier_stamp", "trouble_after_the_write_is_in_doubt"}),
    (NeverSure, {"recover_says_never_stamped_when_the_pac_does"}),
    (TroubleIsNever, {"recover_never_guesses"}),
    (NothingIsNever, {"recover_never_guesses"}),
    (CancelsAlways, {"a_refused_cancellation_is_a_value", "a_lost_cancellation_is_in_doubt"}),
    (
        CancelsNever,
        {
            "a_received_cancellation_is_a_value",
            "the_code_of_a_refused_cancellation_is_the_one_that_was_said",
        },
    ),
    (RaisesRefusals, {"a_refused_cancellation_is_a_value"}),
    (SignsAnew, {"the_signed_cancellation_is_sent_once_and_unchanged"}),
    (CancelsTwice, {"the_signed_cancellation_is_sent_once_and_unchanged"}),
    (LostCancelIsTransient, {"a_lost_cancellation_is_in_doubt"}),
    (OwnWords, {"status_reads_what_sat_says", "status_tells_in_force_from_cancelled"}),
    (StatusInventsAnswers, {"status_fails_like_a_read"}),
    (LogsWhatItStamps, {"no_secret_is_logged_or_shown"}),
    (RepeatsTheAnswer, {"no_secret_is_logged_or_shown", "one_attempt_is_one_write"}),
]
