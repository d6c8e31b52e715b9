"""Facturas globales: every ticket once, totals to the cent, the same split whatever the order."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.cfdi import (
    GlobalPeriod,
    GlobalTicket,
    GlobalTicketError,
    PaidUnder,
    TaxRate,
    WithheldTicketError,
    check,
    facturas_globales,
    period_of,
    seal,
    to_xml,
    validate_full,
)
from tests.support.cfdi_samples import ESCUELA, EXENTO, IVA_0, IVA_8, IVA_16, ieps, sold
from tests.support.sat_xslt import sat_cadena
from tests.support.worked_examples import document

D = Decimal
NOVEMBER = GlobalPeriod(date(2026, 11, 1), date(2026, 11, 30))
CLOSE = datetime(2026, 12, 1, 5, 59, tzinfo=UTC)
MORNING = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
CUOTA = TaxRate("003", "Cuota", D("3.0818"), cuota_base=D("1.5"))
MIXES = [
    (IVA_16,),
    (IVA_0,),
    (EXENTO,),
    (),
    (IVA_8,),
    (ieps("0.25"), IVA_16),
    (ieps("0.53"),),
    *[(ieps("0.08"), *iva) for iva in [(IVA_16,), (IVA_8,), (IVA_0,), (EXENTO,), ()]],
    *[(ieps("1.60"), *iva) for iva in [(IVA_16,), (IVA_0,), (EXENTO,), ()]],
]
WITH_LITRES = [(CUOTA,), (CUOTA, IVA_0), (CUOTA, IVA_16), (ieps("1.60"), CUOTA, IVA_16)]


def ticket(folio, *amounts, **more):
    """Amounts as `("580.00", IVA_16)`."""
    paid = tuple(PaidUnder(taxes, D(total)) for total, *taxes in amounts for taxes in [tuple(taxes)])
    fields = {"total": sum((p.total for p in paid), D(0)), "forma_pago": "01", "sold_at": MORNING, **more}
    return GlobalTicket(folio, paid, **fields)


def globals_of(*tickets, **more):
    fields = {
        "emisor": ESCUELA,
        "periodicidad": "04",
        "period": NOVEMBER,
        "fecha": CLOSE,
        "lugar_expedicion": "42501",
        "serie": "G",
        **more,
    }
    return facturas_globales(tickets=tickets, **fields)


def only(*tickets, **more):
    (one,) = globals_of(*tickets, **more).documents
    return one.comprobante


EXAMPLE = (
    ticket("T-1001", ("580.00", IVA_16), forma_pago="04"),
    ticket("T-1002", ("116.00", IVA_16), ("134.00", IVA_0)),
    ticket("T-1003", ("99.90", IVA_16)),
)


def test_the_worked_example_with_whole_cents():
    expected = document("factura_global")

    comprobante = only(
        *EXAMPLE, periodicidad="01", period=period_of("01", date(2026, 11, 20)), fecha=MORNING, folios=iter("8")
    )

    assert comprobante.total == expected.total == D("929.90")
    assert comprobante.receptor == expected.receptor
    assert comprobante.informacion_global == expected.informacion_global
    assert (comprobante.forma_pago, comprobante.metodo_pago, comprobante.folio) == ("04", "PUE", "8")
    assert comprobante.conceptos[:2] == expected.conceptos[:2]
    assert comprobante.conceptos[2].importe == D("86.12")
    assert check(comprobante) == ()


def test_a_concepto_is_as_sats_guide_has_it():
    concepto = only(EXAMPLE[0]).conceptos[0]

    assert (concepto.clave_prod_serv, concepto.clave_unidad, concepto.descripcion) == ("01010101", "ACT", "Venta")
    assert (concepto.no_identificacion, concepto.cantidad, concepto.unidad) == ("T-1001", 1, None)


@st.composite
def tickets(draw):
    numbers = st.one_of(st.integers(1, 500_000), st.integers(1, 20)).map(lambda cents: D(cents) / 100)
    made = []
    for number in range(draw(st.integers(1, 25))):
        mixes = draw(st.lists(st.sampled_from([*MIXES, *WITH_LITRES]), min_size=1, max_size=4, unique=True))
        amounts = [(str(draw(numbers) + (6 if taxes in WITH_LITRES else 0)), *taxes) for taxes in mixes]
        more = {
            "forma_pago": draw(st.sampled_from(["01", "03", "04"])),
            "sold_at": MORNING + timedelta(minutes=draw(st.integers(-20_000, 12_000))),
            "branch": draw(st.sampled_from([None, "42501", "22000", "77500"])),
            "currency": draw(st.sampled_from(["MXN", "MXN", "USD"])),
        }
        made.append(ticket(f"T-{number}", *amounts, **more))
    return made


def split_of(found):
    return [[t.folio for t in one.tickets] for one in found.documents]


@given(tickets(), st.integers(1, 12), st.randoms(use_true_random=False))
@settings(max_examples=120, deadline=None)
def test_every_ticket_is_in_one_global_to_the_cent_and_the_order_does_not_matter(made, item_limit, rng):
    more = {"exchange_rates": {"USD": D("18.5")}, "item_limit": item_limit}
    found = globals_of(*made, **more)

    assert sorted(t.folio for one in found.documents for t in one.tickets) == sorted(t.folio for t in made)
    for one in found.documents:
        c = one.comprobante
        assert c.total == sum(t.total for t in one.tickets)
        assert [x.no_identificacion for x in c.conceptos] == [t.folio for t in one.tickets]
        assert len(c.conceptos) <= item_limit
        assert all(x.importe == x.importe.quantize(D("0.01")) for x in c.conceptos)
        assert check(c) == ()
    shuffled = rng.sample(made, len(made))
    assert split_of(globals_of(*shuffled, **more)) == split_of(found)


def test_two_mixes_of_one_rate_share_its_row():
    (concepto,) = only(ticket("T", ("116.00", IVA_16), ("114.00", ieps("0.25"), IVA_16))).conceptos

    assert [(t.impuesto, t.tasa_o_cuota) for t in concepto.traslados] == [("002", D("0.16")), ("003", D("0.25"))]
    assert concepto.importe == D("178.62")
    assert concepto.traslados[0].base == D("198.28")


def test_one_row_for_each_rate_over_many_prices():
    rng = random.Random(7)
    for number in range(400):
        cents = [D(rng.randint(5_00, 90_000)) / 100 for _ in range(3)]
        mixes = ((IVA_16,), (ieps("0.08"), IVA_16), (ieps("0.53"), IVA_16))
        comprobante = only(ticket(f"T-{number}", *[(str(c), *m) for c, m in zip(cents, mixes, strict=True)]))
        assert len(comprobante.conceptos[0].traslados) == 3
        assert comprobante.total == sum(cents)
        assert check(comprobante) == ()


def test_cents_that_move_between_mixes_without_iva_are_not_lost():
    comprobante = only(ticket("T", ("0.02", ieps("1.60"), IVA_8), ("0.01", ieps("1.60"))))

    assert comprobante.total == D("0.03")
    assert check(comprobante) == ()


def test_what_is_no_object_of_tax_is_in_the_importe_only():
    mixed, plain = only(ticket("A", ("116.00", IVA_16), ("50.00",)), ticket("B", ("50.00",))).conceptos

    assert (mixed.objeto_imp, mixed.importe, mixed.traslados[0].base) == ("02", D(150), D(100))
    assert (plain.objeto_imp, plain.traslados) == ("01", ())


def test_an_ieps_cuota_is_levied_on_all_the_litres_of_the_ticket():
    lines = [sold("30.00", TaxRate("003", "Cuota", D("3.0818")), IVA_16, quantity="2")] * 2
    made = GlobalTicket.of_lines("T", lines, forma_pago="01", sold_at=MORNING)

    comprobante = only(made)

    assert comprobante.conceptos[0].traslados[0].base == 4
    assert comprobante.total == 60
    assert check(comprobante) == ()


def test_a_week_over_the_end_of_a_month_is_split():
    week = period_of("02", date(2026, 12, 1))
    made = [
        ticket(f"T-{d}", ("10.00", IVA_16), sold_at=datetime(2026, 11, 30, 18, tzinfo=UTC) + timedelta(days=d))
        for d in range(3)
    ]

    found = globals_of(*made, periodicidad="02", period=week, fecha=datetime(2026, 12, 7, tzinfo=UTC))

    assert week == GlobalPeriod(date(2026, 11, 30), date(2026, 12, 6))
    assert split_of(found) == [["T-0"], ["T-1", "T-2"]]
    assert [one.comprobante.informacion_global[1:] for one in found.documents] == [("11", "2026"), ("12", "2026")]


def test_a_week_over_new_year_keeps_december_first():
    week = period_of("02", date(2026, 12, 31))
    made = [
        ticket("B", ("10.00", IVA_16), sold_at=datetime(2027, 1, 2, 18, tzinfo=UTC)),
        ticket("A", ("10.00", IVA_16), sold_at=datetime(2026, 12, 31, 18, tzinfo=UTC)),
    ]

    found = globals_of(*made, periodicidad="02", period=week, fecha=datetime(2027, 1, 4, tzinfo=UTC))

    assert [one.comprobante.informacion_global[1:] for one in found.documents] == [("12", "2026"), ("01", "2027")]


def test_the_month_is_that_of_the_branchs_clock():
    midnight = datetime(2026, 12, 1, 5, 30, tzinfo=UTC)  # 23:30 in Pachuca, half past midnight in Cancún

    assert only(ticket("T", ("10.00", IVA_16), sold_at=midnight)).informacion_global.meses == "11"
    with pytest.raises(GlobalTicketError, match="2026-12-01, outside the period"):
        only(ticket("T", ("10.00", IVA_16), sold_at=midnight, branch="77500"))


@pytest.mark.parametrize(
    ("periodicidad", "day", "first", "last", "meses"),
    [
        ("01", (2026, 2, 28), (2026, 2, 28), (2026, 2, 28), "02"),
        ("02", (2026, 11, 22), (2026, 11, 16), (2026, 11, 22), "11"),
        ("03", (2026, 11, 15), (2026, 11, 1), (2026, 11, 15), "11"),
        ("03", (2024, 2, 16), (2024, 2, 16), (2024, 2, 29), "02"),
        ("04", (2026, 12, 31), (2026, 12, 1), (2026, 12, 31), "12"),
        ("05", (2026, 1, 31), (2026, 1, 1), (2026, 2, 28), "13"),
        ("05", (2026, 12, 1), (2026, 11, 1), (2026, 12, 31), "18"),
    ],
)
def test_periods_and_their_months(periodicidad, day, first, last, meses):
    period = period_of(periodicidad, date(*day))
    noon = datetime(*day, 18, tzinfo=UTC)
    emisor = ESCUELA._replace(rfc="CACX7605101P8", regimen_fiscal="621")

    comprobante = only(
        ticket("T", ("10.00", IVA_16), sold_at=noon),
        periodicidad=periodicidad,
        period=period,
        emisor=emisor,
        fecha=noon,
    )

    assert period == (date(*first), date(*last))
    assert comprobante.informacion_global == (periodicidad, meses, str(day[0]))
    assert check(comprobante) == ()


def test_branches_currencies_and_folios():
    made = [
        ticket("A", ("10.00", IVA_16)),
        ticket("B", ("10.00", IVA_16), branch="22000"),
        ticket("C", ("10.00", IVA_16), currency="USD"),
    ]

    found = globals_of(*made, folios=map(str, count(7)), exchange_rates={"USD": D("18.1234")})

    documents = [one.comprobante for one in found.documents]
    assert [(c.lugar_expedicion, c.moneda, c.folio) for c in documents] == [
        ("22000", "MXN", "7"),
        ("42501", "MXN", "8"),
        ("42501", "USD", "9"),
    ]
    assert [c.receptor.domicilio_fiscal for c in documents] == ["22000", "42501", "42501"]
    assert documents[2].tipo_cambio == D("18.1234")
    assert all(check(c) == () for c in documents)


def test_forma_pago_of_equal_tickets_is_that_of_the_first_sold():
    first = ticket("Z", ("10.00", IVA_16), forma_pago="03", sold_at=MORNING - timedelta(hours=1))
    second = ticket("A", ("10.00", IVA_16), forma_pago="04")

    assert only(first, second).forma_pago == only(second, first).forma_pago == "03"


def test_free_tickets_are_left_out_and_reported():
    found = globals_of(ticket("A", ("10.00", IVA_16)), ticket("B", ("0.00", IVA_16)))

    assert split_of(found) == [["A"]]
    assert [t.folio for t in found.left_out] == ["B"]
    assert globals_of(ticket("B", ("0.00", IVA_16))).documents == ()


def test_a_sale_with_retentions_needs_its_own_cfdi():
    withheld = TaxRate("001", "Tasa", D("0.0125"), retencion=True)

    with pytest.raises(WithheldTicketError, match="T-9") as refused:
        globals_of(ticket("T-1", ("5.00", IVA_16)), ticket("T-9", ("1147.50", IVA_16, withheld)))

    assert refused.value.folios == ("T-9",)


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ([ticket("T", ("10.00", IVA_16)), ticket("T", ("20.00", IVA_16))], "more than once"),
        ([ticket("T", ("10.00", IVA_16), total=D("11.00"))], "CFDI40119: .* do not add up .* correct"),
        ([ticket("T", ("10.00", IVA_16), ("-1.00", IVA_0))], "above zero"),
        ([ticket("T", ("10.001", IVA_16))], "CFDI40107: .* decimals of MXN; correct"),
        ([ticket("T|1", ("10.00", IVA_16))], "folio"),
        ([ticket("", ("10.00", IVA_16))], "folio"),
        ([ticket("T", ("10.00", IVA_16), sold_at=MORNING.replace(tzinfo=None))], "naive"),
        ([ticket("T", ("10.00", IVA_16, IVA_8))], "CFDI40218"),
        ([ticket("T", ("5.00", CUOTA._replace(cuota_base=D("7.2")), IVA_16))], "CFDI40174: .*; correct the charge"),
    ],
)
def test_what_cannot_be_in_a_global_says_why(made, reason):
    with pytest.raises(GlobalTicketError, match=reason):
        globals_of(*made)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"periodicidad": "05"}, "CFDI40132"),
        ({"periodicidad": "06"}, "CFDI40131"),
        ({"item_limit": 0}, "item_limit"),
    ],
)
def test_wrong_settings_say_what_to_use(more, reason):
    with pytest.raises(ValueError, match=reason):
        globals_of(ticket("T", ("10.00", IVA_16)), **more)


def test_a_currency_needs_its_exchange_rate():
    with pytest.raises(ValueError, match="CFDI40115"):
        globals_of(ticket("T", ("10.00", IVA_16), currency="USD"))


def test_a_thousand_tickets_add_up_and_are_valid_in_full(escuela_csd):
    rng = random.Random(3)
    made = [ticket(f"T-{n}", (str(D(rng.randint(1, 99_999)) / 100), IVA_16)) for n in range(1000)]

    (one,) = globals_of(*made).documents
    sealed = seal(one.comprobante, escuela_csd)

    assert one.comprobante.total == sum(t.total for t in made)
    assert validate_full(sealed.xml) == ()
    assert sat_cadena(sealed.xml) == sealed.cadena


def test_a_cuota_with_its_litres_is_kept():
    assert b'Base="1.5" Impuesto="003" TipoFactor="Cuota"' in to_xml(only(ticket("T", ("50.00", CUOTA, IVA_16))))
