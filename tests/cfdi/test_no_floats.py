"""Money is Decimal, rounded half-up: no float is made or taken, and no rounding is left to a default."""

import ast
from datetime import date
from decimal import Decimal as D

import pytest

from hub.cfdi import GlobalTicket, PaidUnder, egreso, facturas_globales, ingreso, period_of, remainder_lines
from tests.source_imports import ROOT
from tests.support.cfdi_samples import ESCUELA, IVA_16, NOON, UNIVERSIDAD, invoice, sold
from tests.support.worked_payments import PESOS, payment_of, receipt

AMOUNTS = [
    *(ROOT / "hub/cfdi").glob("*.py"),
    *(ROOT / "hub/cfdi/rules").rglob("*.py"),
    ROOT / "hub/sat/currency.py",
    ROOT / "hub/sat/tasas.py",
]
PRINTED = sorted((ROOT / "hub/cfdi/pdf").glob("*.py"))
NO_MONEY = {
    "color.py": "the contrast of two colours",
    "compiler.py": "pixels per inch",
    "__init__.py": "pixels per inch",
    "worker.py": "seconds",
    "worker_process.py": "seconds",
}
UUID = "6128396f-c09b-4ec6-8699-43c5f7e3b230"


def floats_of(source):
    """Lines that make a float or speak of one: literals, `float`, and `/` between whole numbers."""
    for node in ast.walk(ast.parse(source)):
        literal = isinstance(node, ast.Constant) and isinstance(node.value, float | complex)
        name = isinstance(node, ast.Name) and node.id in ("float", "round", "complex")
        module = isinstance(node, ast.Import | ast.ImportFrom) and "math" in ast.unparse(node).split()
        whole = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and _is_whole(node.left)
        if literal or name or module or (whole and _is_whole(node.right)):
            yield node.lineno, ast.unparse(node)


def _is_whole(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, int)


@pytest.mark.parametrize("path", AMOUNTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_module_of_amounts_knows_a_float(path):
    assert list(floats_of(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", PRINTED, ids=lambda p: p.name)
def test_only_what_is_no_money_is_printed_from_floats(path):
    assert path.name in NO_MONEY or list(floats_of(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source", ["x = 0.16", "float(x)", "round(x, 2)", "import math", "1 / 3", "from math import x"]
)
def test_a_float_would_be_found(source):
    assert list(floats_of(source))


@pytest.mark.parametrize("path", [*AMOUNTS, *PRINTED], ids=lambda p: str(p.relative_to(ROOT)))
def test_every_rounding_says_how(path):
    """`quantize` without a rounding takes the context's, which is half to even."""
    calls = (n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call))
    quantized = [n for n in calls if isinstance(n.func, ast.Attribute) and n.func.attr == "quantize"]

    assert [n.lineno for n in quantized if len(n.args) < 2 and not n.keywords] == []


def _global(total):
    return facturas_globales(
        emisor=ESCUELA,
        tickets=[GlobalTicket("T", (PaidUnder((IVA_16,), total),), total, "01", NOON)],
        periodicidad="04",
        period=period_of("04", date(2026, 11, 20)),
        fecha=NOON,
        lugar_expedicion="42501",
    )


ENTRIES = {
    "the charge of an ingreso": lambda: ingreso(
        emisor=ESCUELA,
        receptor=UNIVERSIDAD,
        lines=[sold("116.00", IVA_16)],
        total=116.0,
        prices_include_tax=True,
        forma_pago="01",
        metodo_pago="PUE",
        fecha=NOON,
        lugar_expedicion="42501",
    ),
    "an exchange rate": lambda: invoice(sold("116.00", IVA_16), currency="USD", exchange_rate=18.5),
    "the amount of an egreso": lambda: egreso(
        invoice(sold("116.00", IVA_16)), tipo_relacion="01", fecha=NOON, amount=11.6, uuid=UUID
    ),
    "a ticket of a global": lambda: _global(116.0),
    "a payment": lambda: receipt(payment_of(PESOS, "4000.00")._replace(monto=4000.0)),
    "what a payment pays": lambda: receipt(_paying(4000.0)),
    "an anticipo": lambda: remainder_lines([sold("116.00", IVA_16)], 11.6),
}


def _paying(pagado):
    payment = payment_of(PESOS, "4000.00")
    return payment._replace(documents=[payment.documents[0]._replace(pagado=pagado)])


@pytest.mark.parametrize("name", ENTRIES)
def test_a_float_is_refused_wherever_money_comes_in(name):
    with pytest.raises(TypeError, match="float"):
        ENTRIES[name]()


@pytest.mark.parametrize(
    ("rate", "written"), [("18.12345650", "18.123457"), ("18.12345649", "18.123456"), ("2E+1", "20"), ("0.12", "0.12")]
)
def test_an_exchange_rate_is_rounded_half_up(rate, written):
    assert str(invoice(sold("116.00", IVA_16), currency="USD", exchange_rate=D(rate)).tipo_cambio) == written


@pytest.mark.parametrize("rate", ["0", "-1", "0.0000004"])
def test_an_exchange_rate_of_nothing_is_refused(rate):
    with pytest.raises(ValueError, match="CFDI40115"):
        invoice(sold("116.00", IVA_16), currency="USD", exchange_rate=D(rate))
