"""XML: CFDI 3.3 and 4.0 with payments, SAT's acuse, SAT's answer about a CFDI, what a PAC wraps them in."""

from contextlib import ExitStack
from pathlib import Path

from hub.cfdi import MalformedXmlError, read, read_acuse, read_timbre, seal, to_xml, validate, verify_seal, with_addenda
from hub.cfdi.csd import Csd
from hub.plugin import DataError, InDoubtError, StampRequest, add_timbre, parse_xml, stamp_of
from hub.plugin import read_timbre as timbre_of
from hub.plugin.cfdi_node import CfdiNode
from hub.sat.consulta import ExpressionRefusedError, UnknownWordError, answer
from hub.testing.csd import make_csd
from hub.testing.fake_sat import FakeSat
from hub.testing.pac_cases import INVOICE
from tests.support.cfdi_samples import IVA_16, invoice, sold
from tests.support.every_node import whole
from tests.support.pacs import documents

from ..damage import damaged
from ..target import Target, allowed

FIXTURES = Path(__file__).parents[2] / "fixtures"
CONSULTA = (
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><ConsultaResponse '
    b'xmlns="http://tempuri.org/"><ConsultaResult xmlns:a="urn:a"><a:CodigoEstatus>S - Comprobante obtenido.'
    b"</a:CodigoEstatus><a:EsCancelable>Cancelable sin aceptaci\xc3\xb3n</a:EsCancelable><a:Estado>Vigente</a:Estado>"
    b"<a:EstatusCancelacion/><a:ValidacionEFOS>200</a:ValidacionEFOS></ConsultaResult></ConsultaResponse>"
    b"</s:Body></s:Envelope>"
)


def targets(_: ExitStack) -> list[Target]:
    own = make_csd("EKU9003173C9", "ESCUELA KEMPER URGATE")
    csd = Csd.load(own.cer, own.key, own.password)
    sealed = [seal(made, csd).xml for made in documents().values()][:8]
    stamp = FakeSat("SPR190613I52").stamp(INVOICE)
    timbre = stamp.timbre.encode() if isinstance(stamp.timbre, str) else stamp.timbre
    good = damaged(whole("4.0"), whole("3.3"), stamp.xml, *sealed)
    plain = to_xml(invoice(sold("116.00", IVA_16)))
    malformed, doubt = allowed(MalformedXmlError), allowed(InDoubtError)

    def reading(xml: bytes) -> None:
        malformed(lambda: read(xml))
        malformed(lambda: read_timbre(xml))
        malformed(lambda: verify_seal(xml))
        malformed(lambda: with_addenda(plain, xml))
        validate(xml)

    def stamping(xml: bytes) -> None:
        request = StampRequest("k", INVOICE, "EKU9003173C9")
        doubt(lambda: parse_xml(xml))
        doubt(lambda: timbre_of(xml))
        doubt(lambda: add_timbre(INVOICE, xml))
        doubt(lambda: add_timbre(xml, timbre))
        found = doubt(lambda: stamp_of(request, xml))
        assert found is None or found.xml == xml
        allowed(DataError)(lambda: CfdiNode.of(xml))

    def consulted(xml: bytes) -> None:
        root = doubt(lambda: parse_xml(xml))
        if root is not None:
            allowed(ExpressionRefusedError, UnknownWordError)(lambda: answer(root))

    acuse = (FIXTURES / "cancelacion" / "acuse.xml").read_bytes()
    return [
        Target("a CFDI", good, reading),
        Target("what a PAC says is stamped", damaged(stamp.xml, timbre, INVOICE), stamping),
        Target("an acuse", damaged(acuse), lambda xml: malformed(lambda: read_acuse(xml))),
        Target("SAT's answer", damaged(CONSULTA), consulted),
    ]
