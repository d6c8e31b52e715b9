"""How much of the machine's RSA signing rate is left when a whole CFDI is built around each signature.

Signing is what no implementation can avoid, so the share says what building, serialising and hashing cost. Short rounds
of raw signatures and of invoices alternate and the median of their ratios counts, in CPU time of this process: a busy
machine slows both alike.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from bench.registry import Figure, benchmark
from hub.cfdi import Comprobante, Csd, Emisor, Receptor, SoldLine, TaxRate, check, ingreso, seal, validate
from hub.testing.csd import TestCsd, make_csd

ROUNDS, PER_ROUND = 201, 6
STARTS = 9
ROOT = Path(__file__).parent.parent
IVA_16 = TaxRate("002", "Tasa", Decimal("0.16"))
LINES = (
    SoldLine("Blusa", Decimal(1), Decimal("499.00"), Decimal("499.00"), "53101604", "H87", (IVA_16,), sku="SKU-10"),
    SoldLine("Playera", Decimal(3), Decimal("99.00"), Decimal("297.00"), "53101604", "H87", (IVA_16,), sku="SKU-11"),
    SoldLine("Envío", Decimal(1), Decimal("149.00"), Decimal("149.00"), "78102200", "E48", (IVA_16,), sku="SHIP"),
)
EMISOR = ("EKU9003173C9", "ESCUELA KEMPER URGATE", "601")
RECEPTOR = ("URE180429TM6", "UNIVERSIDAD ROBOTICA ESPAÑOLA", "86991", "601", "G03")


@benchmark("cfdi.build_seal.share_of_rsa")
def share_of_rsa() -> Figure:
    """From three sold lines to sealed bytes, by the hub."""
    test = _test_csd()
    csd = Csd.load(test.cer, test.key, test.password)
    return _share(lambda: _hub_invoice(csd), "raw RSA-2048 SHA-256 signatures per second; 3-line ingreso, hub")


@benchmark("cfdi.checked.share_of_rsa")
def share_of_rsa_when_checked() -> Figure:
    """The same with SAT's rules and SAT's schema checked, as the hub does for every sale."""
    test = _test_csd()
    csd = Csd.load(test.cer, test.key, test.password)
    return _share(lambda: _checked_invoice(csd), "raw RSA-2048 SHA-256 signatures per second; with rules and schema")


@benchmark("cfdi.import_ms")
def import_ms() -> Figure:
    """What a command line pays before it can build an invoice."""
    command = [sys.executable, "-c", "import hub.cfdi"]
    empty = median(_cpu_ms([sys.executable, "-c", ""]) for _ in range(STARTS))
    return Figure(
        round(median(_cpu_ms(command) for _ in range(STARTS)) - empty, 1),
        "ms",
        "CPU time of `import hub.cfdi` in a fresh interpreter",
    )


@benchmark("satcfdi.build_seal.share_of_rsa")
def share_of_rsa_by_satcfdi() -> Figure:
    """The same invoice by satcfdi, for comparison."""
    from satcfdi.models import Signer

    test = _test_csd()
    signer = Signer.load(certificate=test.cer, key=test.key, password=test.password)
    return _share(
        lambda: _satcfdi_invoice(signer), "raw RSA-2048 SHA-256 signatures per second; 3-line ingreso, satcfdi"
    )


@cache
def _test_csd() -> TestCsd:
    return make_csd(EMISOR[0], EMISOR[1])


def _share(build_and_seal: Callable[[], object], of: str) -> Figure:
    key = serialization.load_der_private_key(_test_csd().key, _test_csd().password.encode())
    assert isinstance(key, rsa.RSAPrivateKey)
    message, scheme, digest = b"|" * 900, padding.PKCS1v15(), hashes.SHA256()
    shares = []
    for _ in range(ROUNDS):
        raw = _seconds(lambda: key.sign(message, scheme, digest))
        shares.append(raw / _seconds(build_and_seal))
    return Figure(round(median(shares), 3), "share", of)


def _seconds(work: Callable[[], object]) -> float:
    start = process_time()
    for _ in range(PER_ROUND):
        work()
    return (process_time() - start) / PER_ROUND


def _cpu_ms(command: list[str]) -> float:
    before = os.times()
    subprocess.run(command, check=True, cwd=ROOT)
    after = os.times()
    return (after.children_user - before.children_user + after.children_system - before.children_system) * 1000


def _hub_invoice(csd: Csd) -> bytes:
    return seal(_comprobante(), csd).xml


def _checked_invoice(csd: Csd) -> bytes:
    comprobante = _comprobante()
    assert not check(comprobante)
    xml = seal(comprobante, csd).xml
    assert not validate(xml)
    return xml


def _comprobante() -> Comprobante:
    return ingreso(
        emisor=Emisor(*EMISOR),
        receptor=Receptor(*RECEPTOR),
        lines=LINES,
        total=Decimal("945.00"),
        prices_include_tax=True,
        forma_pago="04",
        metodo_pago="PUE",
        serie="A",
        folio="2",
        fecha=datetime(2026, 11, 20, 18, 0, tzinfo=UTC),
        lugar_expedicion="42501",
    )


def _satcfdi_invoice(signer: Any) -> bytes:
    from satcfdi.create.cfd import cfdi40

    iva = cfdi40.Impuestos(traslados=cfdi40.Traslado("002", "Tasa", tasa_o_cuota=Decimal("0.160000")))
    invoice = cfdi40.Comprobante(
        emisor=cfdi40.Emisor(*EMISOR),
        lugar_expedicion="42501",
        receptor=cfdi40.Receptor(*RECEPTOR),
        metodo_pago="PUE",
        forma_pago="04",
        serie="A",
        folio="2",
        fecha=datetime(2026, 11, 20, 12, 0),  # noqa: DTZ001 - satcfdi takes local time
        conceptos=[
            cfdi40.Concepto(
                clave_prod_serv=line.clave_prod_serv,
                cantidad=line.quantity,
                clave_unidad=line.clave_unidad,
                descripcion=line.description,
                valor_unitario=line.unit_price / Decimal("1.16"),
                no_identificacion=line.sku,
                impuestos=iva,
            )
            for line in LINES
        ],
    )
    invoice.sign(signer)
    return bytes(invoice.xml_bytes())
