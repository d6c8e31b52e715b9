"""The sandbox PAC stamps every kind of document that the core builds, and SAT's schema and XSLT agree."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from hub.cfdi import (
    GlobalTicket,
    PaidUnder,
    ReturnedLine,
    anticipo,
    aplicacion_de_anticipo,
    applied_to,
    check,
    egreso,
    facturas_globales,
    period_of,
    read,
    receptor_extranjero,
    remainder_lines,
    remaining,
    seal,
    substitute,
    tercero_extranjero,
    to_xml,
    validate_full,
    verify_seal,
)
from hub.plugin import Stamped
from hub.sat.zone import zone_of
from tests.support.cfdi_samples import ESCUELA, EXENTO, IVA_0, IVA_16, UNIVERSIDAD, ieps, invoice, sold
from tests.support.sat_xslt import sat_cadena

D = Decimal


@pytest.fixture
def now():
    return datetime.now(UTC) - timedelta(minutes=5)


@pytest.fixture
def stamped(pac, escuela_csd):
    """Stamps a document and reads it back."""

    def stamp(comprobante):
        assert check(comprobante) == ()
        sealed = seal(comprobante, escuela_csd)
        assert validate_full(sealed.xml) == ()
        assert sat_cadena(sealed.xml) == sealed.cadena
        answer = pac.stamp(sealed.xml)
        assert isinstance(answer, Stamped), answer
        assert verify_seal(answer.xml).sello
        assert to_xml(read(answer.xml)) == answer.xml
        return read(answer.xml)

    return stamp


@pytest.mark.parametrize("periodicidad", ["01", "02", "03", "04"])
def test_globals_and_the_ticket_that_leaves_one(stamped, now, periodicidad):
    tickets = [
        GlobalTicket("T-1", (PaidUnder((IVA_16,), D("580.00")),), D("580.00"), "04", now),
        GlobalTicket("T-2", (PaidUnder((IVA_16,), D("99.90")), PaidUnder((EXENTO,), D(20))), D("119.90"), "01", now),
        GlobalTicket("T-3", (PaidUnder((ieps("0.08"), IVA_0), D(20)), PaidUnder((), D(5))), D(25), "01", now, "22000"),
    ]
    today = now.astimezone(zone_of("42501")).date()
    period = period_of("04", today)._replace(first=today - timedelta(days=1))
    found = facturas_globales(
        emisor=ESCUELA, tickets=tickets, periodicidad=periodicidad, period=period, fecha=now, lugar_expedicion="42501"
    )

    made = [stamped(one.comprobante) for one in found.documents]
    returned = stamped(egreso(made[-1], tipo_relacion="01", fecha=now, lines=[ReturnedLine(1)], forma_pago="01"))

    assert returned.cfdi_relacionados[0].uuids == (made[-1].timbre.uuid,)


def test_parts_of_an_invoice_and_then_the_rest(stamped, now):
    original = stamped(invoice(sold("116.00", IVA_16), sold("114.00", ieps("0.25"), IVA_16), sold("33.00"), fecha=now))

    discount = stamped(egreso(original, tipo_relacion="01", fecha=now, amount=D("40.00")))
    returned = stamped(egreso(original, tipo_relacion="03", fecha=now, egresos=[discount]))

    assert remaining(original, [discount, returned]).total == 0


def test_all_of_an_invoice_comes_back(stamped, now):
    original = stamped(invoice(sold("945.00", IVA_16, quantity="7"), fecha=now, metodo_pago="PPD"))

    assert stamped(egreso(original, tipo_relacion="03", fecha=now)).total == D("945.00")


def test_a_substitute(stamped, now):
    wrong = stamped(invoice(sold("116.00", IVA_16), fecha=now))

    assert stamped(substitute(wrong, replaces=wrong.timbre.uuid, fecha=now)).timbre.uuid != wrong.timbre.uuid


def test_an_anticipo_both_ways(stamped, now):
    header = {"emisor": ESCUELA, "receptor": UNIVERSIDAD, "forma_pago": "03", "fecha": now, "lugar_expedicion": "42501"}
    advance = stamped(anticipo(total=D("500.00"), taxes=(IVA_16,), **header))
    lines = [sold("1160.00", IVA_16)]
    full = stamped(invoice(*lines, fecha=now, cfdi_relacionados=(applied_to([advance]),)))

    stamped(aplicacion_de_anticipo(advance, full_invoice=full.timbre.uuid, fecha=now))
    rest = remainder_lines(lines, D("500.00"))
    remainder = stamped(invoice(*rest, fecha=now, cfdi_relacionados=(applied_to([advance]),)))

    assert remainder.total == D("660.00")


def test_on_commission_and_abroad(stamped, now):
    stamped(invoice(sold("116.00", IVA_16, a_cuenta_terceros=tercero_extranjero("42501")), fecha=now))
    stamped(invoice(sold("100.00", IVA_0), receptor=receptor_extranjero("ACME INC", "42501", "USA"), fecha=now))
