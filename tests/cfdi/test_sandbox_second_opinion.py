"""What the hub's own CFDI core builds, this independent implementation accepts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.cfdi import (
    Csd,
    Emisor,
    InformacionGlobal,
    Receptor,
    SoldLine,
    TaxRate,
    Unsolvable,
    ingreso,
    receptor_publico_en_general,
    seal,
    verify_seal,
)
from hub.plugin import Stamped
from hub.testing.csd import make_csd
from pac_providers.sandbox.keys import keys_in
from pac_providers.sandbox.padron import TEST_TAXPAYERS

EMISOR = Emisor("EKU9003173C9", "ESCUELA KEMPER URGATE", "601")
RECEPTOR = Receptor("URE180429TM6", "UNIVERSIDAD ROBOTICA ESPAÑOLA", "86991", "601", "G03")
IVA_16 = TaxRate("002", "Tasa", Decimal("0.160000"))
TAXES = {
    "16 %": (IVA_16,),
    "8 %": (TaxRate("002", "Tasa", Decimal("0.080000")),),
    "0 %": (TaxRate("002", "Tasa", Decimal("0.000000")),),
    "exempt": (TaxRate("002", "Exento", None),),
    "none": (),
    "IEPS and IVA": (TaxRate("003", "Tasa", Decimal("0.080000")), IVA_16),
    "tobacco": (TaxRate("003", "Tasa", Decimal("1.6")), TaxRate("003", "Cuota", Decimal("0.6445")), IVA_16),
}


@cache
def issuer_csd() -> Csd:
    made = make_csd(EMISOR.rfc, EMISOR.nombre)
    return Csd.load(made.cer, made.key, made.password)


@st.composite
def lines(draw: st.DrawFn) -> SoldLine:
    quantity = Decimal(draw(st.integers(1, 50)))
    unit_price = Decimal(draw(st.integers(1, 5_000_00))) / 100
    discount = draw(st.sampled_from([Decimal(0), (quantity * unit_price / 4).quantize(Decimal("0.01"))]))
    return SoldLine(
        description="Artículo & más",
        quantity=quantity,
        unit_price=unit_price,
        discount=discount,
        total=quantity * unit_price - discount,
        clave_prod_serv="43211503",
        clave_unidad="H87",
        taxes=TAXES[draw(st.sampled_from(sorted(TAXES)))],
    )


def invoice_of(sold: list[SoldLine], receptor: Receptor = RECEPTOR, **more: object) -> bytes:
    comprobante = ingreso(
        emisor=EMISOR,
        receptor=receptor,
        lines=sold,
        total=sum((line.total for line in sold), Decimal(0)),
        prices_include_tax=True,
        forma_pago="04",
        metodo_pago="PUE",
        fecha=datetime.now(UTC) - timedelta(minutes=5),
        **{"lugar_expedicion": "42501", **more},
    )
    return seal(comprobante, issuer_csd()).xml


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sold=st.lists(lines(), min_size=1, max_size=6))
def test_every_sale_that_the_hub_can_invoice_is_stamped(pac, data_dir, sold):
    try:
        xml = invoice_of(sold)
    except Unsolvable:
        return
    answer = pac.stamp(xml)
    assert isinstance(answer, Stamped), answer
    judged = verify_seal(answer.xml, sat_certificate=pac_certificate(data_dir))
    assert (judged.sello, judged.timbre) == (True, True)


WITH_USO = [person for person in TEST_TAXPAYERS if not person.suspended]


@pytest.mark.parametrize("person", WITH_USO, ids=[person.rfc for person in WITH_USO])
def test_every_built_in_taxpayer_can_be_invoiced(pac, person):
    receptor = Receptor(person.rfc, person.nombre, person.codigo_postal, person.regimenes[0], "S01")
    assert isinstance(pac.stamp(invoice_of([line("16 %")], receptor)), Stamped)


def test_tobacco_with_a_tasa_and_a_cuota_is_stamped(pac):
    assert isinstance(pac.stamp(invoice_of([line("tobacco")])), Stamped)


@pytest.mark.parametrize("codigo_postal", ["42501", "22000", "83000", "77500", "32000", "88000", "23000"])
def test_the_hub_and_the_pac_agree_on_the_clock_of_a_place(pac, codigo_postal):
    xml = invoice_of([line("16 %")], lugar_expedicion=codigo_postal)
    assert isinstance(pac.stamp(xml), Stamped)


def test_a_factura_global_is_stamped(pac):
    now = datetime.now(UTC) - timedelta(hours=12)
    xml = invoice_of(
        [line("16 %"), line("exempt")],
        receptor_publico_en_general("42501"),
        informacion_global=InformacionGlobal("04", f"{now:%m}", f"{now:%Y}"),
    )
    assert isinstance(pac.stamp(xml), Stamped)


def line(taxes: str) -> SoldLine:
    return SoldLine("Artículo", Decimal(1), Decimal("116.00"), Decimal("116.00"), "43211503", "H87", TAXES[taxes])


def pac_certificate(data_dir: Path) -> bytes:
    return keys_in(data_dir).certificate.public_bytes(Encoding.DER)
