"""State and municipal taxes of documents read in: they are part of Total (CFDI40119)."""

from decimal import Decimal

import pytest

from hub.cfdi import ForeignXml, check, read, to_xml
from hub.cfdi.impuestos_locales import local_taxes
from tests.support.cfdi_samples import IVA_16, impuestos_locales, invoice, sold

D = Decimal


def hotel(*complements, total):
    return invoice(sold("116.00", IVA_16))._replace(complementos=complements, total=D(total))


@pytest.mark.parametrize(
    ("trasladados", "retenidos", "total"),
    [("3.00", "0.00", "119.00"), ("0.00", "0.50", "115.50"), ("3.00", "0.50", "118.50")],
)
def test_a_total_with_local_taxes_adds_up(trasladados, retenidos, total):
    with_taxes = hotel(impuestos_locales(trasladados, retenidos), total=total)

    assert check(read(to_xml(with_taxes))) == check(with_taxes) == ()


@pytest.mark.parametrize("total", ["116.00", "118.99", "119.01", "113.00"])
def test_another_total_does_not(total):
    codes = [violation.code for violation in check(hotel(impuestos_locales("3.00", "0.00"), total=total))]

    assert codes == ["CFDI40119"]


@pytest.mark.parametrize(
    "xml", ["", "<", '<a TotaldeTraslados="tres"/>', '<a TotaldeTraslados="NaN"/>', "<a>\ud800</a>"]
)
def test_a_complement_that_cannot_be_read_adds_nothing(xml):
    odd = ForeignXml("http://www.sat.gob.mx/implocal", "ImpuestosLocales", xml)

    assert check(hotel(odd, total="116.00")) == ()
    assert [violation.code for violation in check(hotel(odd, total="119.00"))] == ["CFDI40119"]


@pytest.mark.parametrize(
    ("xml", "total"), [('<a TotaldeTraslados="3.00"/>', "119.00"), ('<a TotaldeRetenciones="0.50"/>', "115.50")]
)
def test_a_sum_that_is_not_there_is_nothing(xml, total):
    odd = ForeignXml("http://www.sat.gob.mx/implocal", "ImpuestosLocales", xml)

    assert check(hotel(odd, total=total)) == ()


def test_without_complements_there_are_no_local_taxes():
    assert local_taxes(hotel(total="116.00")) == 0


def test_other_complements_have_no_part_in_the_total():
    other = ForeignXml("http://www.sat.gob.mx/donat", "Donatarias", '<d TotaldeTraslados="3.00"/>')

    assert check(hotel(other, total="116.00")) == ()
