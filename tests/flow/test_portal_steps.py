"""The portal's steps: what a link shows, to whom, and that nobody learns what is not theirs."""

import pytest

from hub.flow.portal import LIMITS
from hub.flow.portal_model import FieldProblem, FiscalData, Stage
from hub.flow.portal_port import HelpRequest, HelpTopic
from hub.store import HelpRequest as HelpRow
from hub.store import Ticket
from tests.support.world import GOOD_BUYER


@pytest.fixture
def token(hub):
    hub.stripe.pay(116000, metadata={"order_id": "PED-1O01"}, receipt_email="ana@cliente.example")
    hub.poll()
    return hub.ticket.link


def test_an_unknown_link_shows_nothing(hub, token):
    assert hub.portal.open("x" * 22) is None


@pytest.mark.parametrize(
    ("reference", "total"), [("PED-1O01", "1160.00"), ("# ped 1001", "$1,160"), ("pedioo1", "1160.00 MXN")]
)
def test_a_purchase_is_found_by_number_and_exact_total_however_they_are_typed(hub, token, reference, total):
    found = hub.portal.find("tienda", reference, total)
    assert found is not None
    assert found != token
    assert hub.portal.open(found).reference == "PED-1O01"


@pytest.mark.parametrize(
    ("reference", "total"), [("PED-1O01", "1159.99"), ("PED-1002", "1160.00"), ("", ""), ("x", "y")]
)
def test_nothing_else_is_found(hub, token, reference, total):
    assert hub.portal.find("tienda", reference, total) is None
    assert hub.portal.find("otra", "PED-1O01", "1160.00") is None


def test_the_draft_is_kept_for_whoever_typed_it(hub, token):
    typed = FiscalData(rfc="cpu-200101 ab8", nombre=" cliente de  prueba uno ")
    assert isinstance(hub.portal.review(token, typed), tuple)
    assert hub.portal.open(token).typed.rfc == "CPU200101AB8"
    assert hub.portal.open(hub.ticket.purchase_link).typed is None


def test_what_the_shop_knows_is_shown_to_the_mailbox_only(hub):
    hub.stripe.pay(116000, metadata={"rfc": "CPU200101AB8"}, receipt_email="ana@cliente.example")
    hub.poll()
    assert hub.portal.open(hub.ticket.link).typed.rfc == "CPU200101AB8"
    other = hub.portal.open(hub.ticket.purchase_link)
    assert (other.typed, other.saved, other.email_hint) == (None, None, "")


def test_an_invoice_of_the_mailbox_is_not_shown_to_who_only_knows_the_purchase(hub, token):
    hub.claim(token)
    other = hub.portal.open(hub.ticket.purchase_link)
    assert (other.stage, other.invoice) == (Stage.INVOICED, None)
    assert hub.portal.file(hub.ticket.purchase_link, "pdf") is None
    assert hub.portal.file(hub.ticket.purchase_link, "xml") is None
    assert hub.portal.file(token, "xml").content.startswith(b"<?xml")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rfc": ""}, "rfc"),
        ({"rfc": "CPU200101AB"}, "rfc"),
        ({"rfc": "XAXX010101000"}, "rfc"),
        ({"nombre": ""}, "nombre"),
        ({"nombre": "PUBLICO EN GENERAL"}, "nombre"),
        ({"codigo_postal": "6600"}, "codigo_postal"),
        ({"codigo_postal": "00001"}, "codigo_postal"),
        ({"regimen_fiscal": ""}, "regimen_fiscal"),
        ({"regimen_fiscal": "612"}, "regimen_fiscal"),
        ({"uso_cfdi": "D01"}, "uso_cfdi"),
        ({"email": "ana"}, "email"),
    ],
)
def test_what_can_be_seen_wrong_is_told_at_its_field_before_sat_is_asked(hub, token, changes, field):
    found = hub.portal.review(token, FiscalData(**{**GOOD_BUYER, **changes}))
    assert [problem.field for problem in found] == [field]
    assert hub.portal.invoice(token, FiscalData(**{**GOOD_BUYER, **changes})) == found
    assert hub.cfdi_count == 0


def test_the_review_says_total_and_taxes_of_the_very_document(hub, token):
    review = hub.portal.review(token, FiscalData(**GOOD_BUYER))
    assert str(review.total) == "1160.00"
    assert [(name, str(amount)) for name, amount in review.impuestos] == [("IVA 16 %", "160.00")]


def test_a_name_with_its_company_type_is_questioned_but_not_in_the_way(hub, token):
    review = hub.portal.review(token, FiscalData(**{**GOOD_BUYER, "nombre": "Cliente de Prueba Uno, S.A. de C.V."}))
    (warning,) = review.warnings
    assert (warning.field, warning.suggestion) == ("nombre", "CLIENTE DE PRUEBA UNO")


def test_a_foreign_buyer_needs_no_mexican_address(hub, token):
    shown = hub.claim(
        token, rfc="XEXX010101000", nombre="ACME INC", codigo_postal="", regimen_fiscal="616", uso_cfdi="S01"
    )
    assert shown.stage == Stage.INVOICED
    assert shown.invoice.rfc == "XEXX010101000"


def test_while_the_pac_is_down_the_buyer_gets_a_folio_and_a_kept_promise(hub, token):
    hub.misbehave("unreachable", times=None)
    shown = hub.claim(token)
    assert shown.stage == Stage.WORKING
    assert shown.promise.startswith("F-")
    assert shown.promised_at is not None
    hub.behave()
    hub.pass_time(minutes=10)
    assert hub.portal.open(token).stage == Stage.INVOICED
    assert "Tu factura" in hub.smtp.received[-1].subject


def test_past_the_deadline_the_path_is_a_person_not_a_wall(hub, token):
    hub.pass_time(days=62)
    assert hub.portal.open(token).stage == Stage.LATE
    data = FiscalData(**GOOD_BUYER)
    folio = hub.portal.ask_help("tienda", token, HelpRequest(HelpTopic.LATE, "ana@cliente.example", data=data))
    assert folio.startswith("A-")
    hub.work()
    assert hub.only(HelpRow).data["rfc"] == "CPU200101AB8"
    assert f"help {folio}" in hub.smtp.received[-1].subject


def test_help_needs_a_way_to_answer(hub, token):
    (problem,) = hub.portal.ask_help("tienda", token, HelpRequest(HelpTopic.QUESTION, " "))
    assert problem.field == "contact"


def test_a_copy_goes_where_the_buyer_says_and_a_bad_address_is_told(hub, token):
    hub.claim(token)
    assert hub.portal.send_copy(token, "contador@despacho.example") is None
    assert isinstance(hub.portal.send_copy(token, "contador"), FieldProblem)
    hub.work()
    assert hub.smtp.received[-1].recipients == ("contador@despacho.example",)
    assert len(hub.smtp.received[-1].attachments) == 2
    assert hub.ticket.link not in hub.smtp.received[-1].text


def test_tries_are_counted_in_their_window_and_forgotten_after_it(hub):
    key = "reference:tienda:PED1"
    assert [hub.portal.hit(key) for _ in range(LIMITS["reference"] + 1)] == [True] * LIMITS["reference"] + [False]
    assert hub.portal.hit("reference:tienda:PED2")
    hub.pass_time(minutes=6)
    assert hub.portal.hit(key)


def test_a_refunded_purchase_says_so(hub, token):
    hub.stripe.refund(hub.stripe.store.of("payment_intent")[0])
    hub.poll()
    assert hub.portal.open(token).stage == Stage.REFUNDED


def test_saved_data_are_offered_to_their_owner_only(hub, token):
    hub.claim(token)
    hub.stripe.pay(50000, currency="usd", receipt_email="ana@cliente.example")
    hub.stripe.pay(70000, receipt_email="otro@cliente.example")
    hub.poll()
    for ticket in hub.all(Ticket):
        saved = hub.portal.open(ticket.link).saved
        assert (saved is not None) == (ticket.email == "ana@cliente.example")


def test_refused_data_are_shown_again_only_to_who_gave_them(hub, token):
    hub.claim(token, nombre="OTRO NOMBRE SA DE CV")
    assert hub.portal.open(token).stage == Stage.CORRECT
    other = hub.portal.open(hub.ticket.purchase_link)
    assert (other.stage, other.typed, other.problems) == (Stage.OPEN, None, ())
