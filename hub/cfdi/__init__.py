"""The CFDI 4.0: pure functions and values, no database, no plugins, no network.

comprobante = ingreso(emisor=..., receptor=..., lines=[SoldLine(...)], total=Decimal("945.00"), ...)
problems = check(comprobante)
sealed = seal(comprobante, Csd.load(cer, key, password))
"""

from hub.cfdi.amounts import Unsolvable, solve
from hub.cfdi.cadena import cadena_original, cadena_timbre
from hub.cfdi.csd import Csd, CsdError
from hub.cfdi.document import (
    ACuentaTerceros,
    CfdiRelacionados,
    Comprobante,
    Concepto,
    Emisor,
    ImpuestoRetenido,
    Impuestos,
    InformacionGlobal,
    Receptor,
    Retencion,
    TimbreFiscal,
    Traslado,
)
from hub.cfdi.ingreso import ingreso, receptor_extranjero, receptor_publico_en_general
from hub.cfdi.pagos import (
    DoctoRelacionado,
    Pago,
    Pagos,
    RetencionDR,
    RetencionP,
    Totales,
    TrasladoDR,
    TrasladoP,
)
from hub.cfdi.parse import MalformedXmlError
from hub.cfdi.payment import OpenInvoice, PaidDocument, PaymentIn, next_parcialidad, open_invoice
from hub.cfdi.read import read, read_timbre
from hub.cfdi.rep import rep
from hub.cfdi.rules import Violation, check
from hub.cfdi.schema import SchemaProblem, validate, validate_full
from hub.cfdi.seal import Sealed, seal
from hub.cfdi.sold import SoldLine, TaxRate
from hub.cfdi.totals import Amounts, add_up
from hub.cfdi.verify import SealCheck, verify_seal
from hub.cfdi.xml import to_xml

__all__ = [
    "ACuentaTerceros",
    "Amounts",
    "CfdiRelacionados",
    "Comprobante",
    "Concepto",
    "Csd",
    "CsdError",
    "DoctoRelacionado",
    "Emisor",
    "ImpuestoRetenido",
    "Impuestos",
    "InformacionGlobal",
    "MalformedXmlError",
    "OpenInvoice",
    "Pago",
    "Pagos",
    "PaidDocument",
    "PaymentIn",
    "Receptor",
    "Retencion",
    "RetencionDR",
    "RetencionP",
    "SchemaProblem",
    "SealCheck",
    "Sealed",
    "SoldLine",
    "TaxRate",
    "TimbreFiscal",
    "Totales",
    "Traslado",
    "TrasladoDR",
    "TrasladoP",
    "Unsolvable",
    "Violation",
    "add_up",
    "cadena_original",
    "cadena_timbre",
    "check",
    "ingreso",
    "next_parcialidad",
    "open_invoice",
    "read",
    "read_timbre",
    "receptor_extranjero",
    "receptor_publico_en_general",
    "rep",
    "seal",
    "solve",
    "to_xml",
    "validate",
    "validate_full",
    "verify_seal",
]
