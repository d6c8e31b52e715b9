"""A receptor sees the cancellations that wait for it, and answers them with SAT's signed document."""

import pytest

from hub.plugin import AnswerRequest, AnswerTaken, TransientError
from pac_providers.sandbox.tests.cancelling import Issued, signed_respuesta
from pac_providers.sandbox.tests.documents import EMISOR, RECEPTOR, csd, invoice

DAY = 24 * 3600
OTHER = "XIA190128J61"


@pytest.fixture
def waiting(any_pac, behaviours) -> Issued:
    """Stamped long before the last business day, and its issuer asked to cancel it."""
    issued = Issued.by(any_pac, invoice())
    behaviours.set("clock_offset", seconds=5 * DAY)
    issued.cancel()
    return issued


def pending(issued: Issued, rfc: str = RECEPTOR) -> tuple[str, ...]:
    return issued.pac.provider.pending(issued.pac.http, rfc)


def answer(issued: Issued, signed: bytes) -> AnswerTaken:
    request = AnswerRequest(RECEPTOR, [(issued.uuid, "Rechazo")], signed)
    return issued.pac.provider.answer(issued.pac.http, request)


def test_what_waits_is_shown_to_its_receptor_alone(waiting):
    assert pending(waiting) == (waiting.uuid,)
    assert pending(waiting, OTHER) == ()


def test_what_nobody_asked_to_cancel_does_not_wait(any_pac):
    assert pending(Issued.by(any_pac, invoice())) == ()


def test_what_nobody_answered_in_time_does_not_wait_any_more(waiting, behaviours):
    behaviours.set("clock_offset", seconds=9 * DAY)
    assert pending(waiting) == ()
    assert answer(waiting, signed_respuesta(waiting.uuid, "Rechazo")).code == "1001"


@pytest.mark.parametrize(
    ("respuesta", "estado", "estatus"),
    [("Aceptacion", "Cancelado", "Cancelado con aceptación"), ("Rechazo", "Vigente", "Solicitud rechazada")],
)
def test_an_answer_decides(waiting, respuesta, estado, estatus):
    taken = answer(waiting, signed_respuesta(waiting.uuid, respuesta))
    assert (taken.code, list(taken.folios)) == ("1000", [(waiting.uuid, "1000")])
    assert waiting.uuid.encode() in taken.acuse
    assert (waiting.status.estado, waiting.status.estatus_cancelacion) == (estado, estatus)
    assert pending(waiting) == ()


def test_a_second_answer_is_refused(waiting):
    answer(waiting, signed_respuesta(waiting.uuid, "Rechazo"))
    assert answer(waiting, signed_respuesta(waiting.uuid, "Aceptacion")).code == "1002"
    assert waiting.status.estado == "Vigente"


BAD_ANSWERS = {
    "of somebody else": ("1001", lambda uuid: signed_respuesta(uuid, "Aceptacion", rfc=OTHER, by=csd(OTHER))),
    "signed by the issuer": ("1003", lambda uuid: signed_respuesta(uuid, "Aceptacion", by=csd(EMISOR))),
    "by way of another PAC": ("301", lambda uuid: signed_respuesta(uuid, "Aceptacion", rfc_pac="SPR190613I52")),
    "neither yes nor no": ("301", lambda uuid: signed_respuesta(uuid, "Quizas")),
    "changed after signing": (
        "302",
        lambda uuid: signed_respuesta(uuid, "Rechazo").replace(b">Rechazo<", b">Aceptacion<"),
    ),
    "nothing": ("302", lambda uuid: b""),
}


@pytest.mark.parametrize(("code", "made"), BAD_ANSWERS.values(), ids=BAD_ANSWERS.keys())
def test_an_answer_that_the_receptor_did_not_sign_like_this_changes_nothing(waiting, code, made):
    assert answer(waiting, made(waiting.uuid)).code == code
    assert pending(waiting) == (waiting.uuid,)


def test_a_fault_is_not_nothing(waiting, behaviours):
    behaviours.set("fail", times=None)
    with pytest.raises(TransientError):
        pending(waiting)
