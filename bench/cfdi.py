"""How much of the machine's RSA signing rate is left when a whole CFDI is built around each signature.

Signing is what no implementation can avoid, so the share says what building, serialising and hashing cost. Short rounds
of raw signatures and of invoices alternate, in CPU time of this process. Whatever else a machine does slows Python more
than RSA, so the rounds that were left alone count: of either kind the one that a tenth were faster than. No two
invoices are alike; only the issuer stays.
"""

import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from itertools import count
from time import process_time
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from bench.registry import Figure, benchmark
from bench.sales import Sale, sale
from bench.start import start_ms
from hub.cfdi import Comprobante, Csd, Emisor, check, ingreso, seal
from hub.testing.csd import TestCsd, make_csd

ROUNDS, PER_ROUND = 201, 6
EMISOR = Emisor("EKU9003173C9", "ESCUELA KEMPER URGATE", "601")


@benchmark("cfdi.build_seal.share_of_rsa")
def share_of_rsa() -> Figure:
    """From three sold lines to sealed bytes, by the hub."""
    test = _test_csd()
    csd = Csd.load(test.cer, test.key, test.password)
    return _share(
        lambda sold: _hub_invoice(sold, csd), "raw RSA-2048 SHA-256 signatures per second; 3-line ingreso, hub"
    )


@benchmark("cfdi.checked.share_of_rsa")
def share_of_rsa_when_checked() -> Figure:
    """The same, then held against SAT's rules and, as sealed, against SAT's schema."""
    test = _test_csd()
    csd = Csd.load(test.cer, test.key, test.password)
    return _share(
        lambda sold: checked_invoice(sold, csd), "raw RSA-2048 SHA-256 signatures per second; with rules and schema"
    )


@benchmark("cfdi.import_ms")
def import_ms() -> Figure:
    """What a command line pays before it can build an invoice."""
    empty = start_ms([sys.executable, "-c", ""])
    return Figure(
        round(start_ms([sys.executable, "-c", "import hub.cfdi"]) - empty, 1),
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
        lambda sold: _satcfdi_invoice(sold, signer),
        "raw RSA-2048 SHA-256 signatures per second; 3-line ingreso, satcfdi",
    )


@cache
def _test_csd() -> TestCsd:
    return make_csd(EMISOR.rfc, EMISOR.nombre)


def _share(build_and_seal: Callable[[Sale], object], of: str) -> Figure:
    key = serialization.load_der_private_key(_test_csd().key, _test_csd().password.encode())
    assert isinstance(key, rsa.RSAPrivateKey)
    message, scheme, digest = b"|" * 900, padding.PKCS1v15(), hashes.SHA256()
    numbers = count()
    signed, issued = [], []
    for _ in range(ROUNDS):
        sales = [sale(next(numbers)) for _ in range(PER_ROUND)]
        signed.append(_seconds(lambda _: key.sign(message, scheme, digest), sales))
        issued.append(_seconds(build_and_seal, sales))
    return Figure(round(_left_alone(signed) / _left_alone(issued), 3), "share", of)


def _left_alone(rounds: list[float]) -> float:
    return sorted(rounds)[len(rounds) // 10]


def _seconds(work: Callable[[Sale], object], sales: Sequence[Sale]) -> float:
    start = process_time()
    for sold in sales:
        work(sold)
    return process_time() - start


def _hub_invoice(sold: Sale, csd: Csd) -> bytes:
    return seal(_comprobante(sold), csd).xml


def checked_invoice(sold: Sale, csd: Csd) -> bytes:
    """An invoice that keeps SAT's rules and SAT's schema."""
    comprobante = _comprobante(sold)
    xml = seal(comprobante, csd).xml
    assert not check(comprobante, xml)
    return xml


def _comprobante(sold: Sale) -> Comprobante:
    return ingreso(
        emisor=EMISOR,
        receptor=sold.receptor,
        lines=sold.lines,
        total=sold.total,
        prices_include_tax=True,
        forma_pago=sold.forma_pago,
        metodo_pago="PUE",
        serie="A",
        folio=sold.folio,
        fecha=sold.moment,
        lugar_expedicion="42501",
    )


def _satcfdi_invoice(sold: Sale, signer: Any) -> bytes:
    from satcfdi.create.cfd import cfdi40

    iva = cfdi40.Impuestos(traslados=cfdi40.Traslado("002", "Tasa", tasa_o_cuota=Decimal("0.160000")))
    invoice = cfdi40.Comprobante(
        emisor=cfdi40.Emisor(*EMISOR[:3]),
        lugar_expedicion="42501",
        receptor=cfdi40.Receptor(*sold.receptor[:5]),
        metodo_pago="PUE",
        forma_pago=sold.forma_pago,
        serie="A",
        folio=sold.folio,
        fecha=sold.moment.replace(tzinfo=None),  # satcfdi takes local time
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
            for line in sold.lines
        ],
    )
    invoice.sign(signer)
    return bytes(invoice.xml_bytes())
