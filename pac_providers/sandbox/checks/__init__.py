"""Everything that is checked before a stamp, in the order in which a PAC answers."""

from datetime import datetime

from ..comprobante import Comprobante
from ..padron import Padron
from ..recibo import recibo_in
from . import (
    certificate,
    concepto_taxes,
    conceptos,
    header,
    informacion_global,
    pagos,
    pagos_base,
    pagos_taxes,
    parties,
    summary,
    terceros,
)
from .fecha import check_fecha, issued_at
from .seal import check_seal
from .structure import parsed

_DOCUMENT = (header.rules, informacion_global.rules, conceptos.rules, concepto_taxes.rules, summary.rules)
_RECEIPT = (pagos_base.rules, pagos.rules, pagos_taxes.rules)


def checked(xml: bytes, padron: Padron, now: datetime) -> Comprobante:
    """The document, if SAT's rules allow it; else `Refused` with the first code."""
    cfdi = parsed(xml)
    csd = certificate.certificate_in(cfdi.node["Certificado"])
    certificate.check_number(csd, cfdi.node["NoCertificado"])
    certificate.check_kind(csd)
    certificate.check_owner(csd, cfdi.emisor["Rfc"])
    certificate.check_authority(csd)
    fecha = issued_at(cfdi)
    certificate.check_validity(csd, fecha, now)
    check_seal(cfdi, certificate.public_key_of(csd))
    check_fecha(fecha, now)
    for rules in _DOCUMENT:
        rules.check(cfdi)
    if recibo := recibo_in(cfdi):
        for receipt_rules in _RECEIPT:
            receipt_rules.check(recibo)
    people = parties.Parties(cfdi, padron, certificate.name_of(csd))
    for of_people in (terceros.rules, parties.rules):
        of_people.check(people)
    return cfdi
