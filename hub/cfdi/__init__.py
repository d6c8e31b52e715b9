"""The CFDI 4.0: pure functions and values, no database, no plugins, no network.

comprobante = ingreso(emisor=..., receptor=..., lines=[SoldLine(...)], total=Decimal("945.00"), ...)
problems = check(comprobante)
sealed = seal(comprobante, Csd.load(cer, key, password))
"""

from hub.cfdi.aceptacion import Respuesta, aceptacion_rechazo, peticion_consulta_relacionados
from hub.cfdi.acuse import Acuse, FolioAcusado, read_acuse
from hub.cfdi.addenda import with_addenda, with_leyendas
from hub.cfdi.amounts import solve
from hub.cfdi.anticipo import anticipo, aplicacion_de_anticipo, applied_to, remainder_lines
from hub.cfdi.balance import Balance, EgresoExceedsError, remaining
from hub.cfdi.cadena import cadena_original, cadena_timbre
from hub.cfdi.cancelacion import MOTIVOS, FolioCancelado, Motivo, cancelacion
from hub.cfdi.csd import Csd, CsdError
from hub.cfdi.document import (
    ABSENT,
    ACuentaTerceros,
    CfdiRelacionados,
    Comprobante,
    Concepto,
    Emisor,
    ForeignXml,
    ImpuestoRetenido,
    Impuestos,
    ImpuestoTrasladado,
    InformacionGlobal,
    Parte,
    Receptor,
    Retencion,
    TimbreFiscal,
    Traslado,
)
from hub.cfdi.egreso import egreso
from hub.cfdi.egreso_parts import ReturnedLine
from hub.cfdi.factura_global import FacturaGlobal, FacturasGlobales, facturas_globales
from hub.cfdi.global_period import GlobalPeriod, period_of
from hub.cfdi.global_ticket import GlobalTicket, GlobalTicketError, PaidUnder, WithheldTicketError
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
from hub.cfdi.pagos10 import DoctoRelacionado10, Impuestos10, Pago10, Pagos10
from hub.cfdi.parse import MalformedXmlError
from hub.cfdi.payment import OpenInvoice, PaidDocument, PaymentIn, next_parcialidad, open_invoice
from hub.cfdi.read import read, read_timbre
from hub.cfdi.rep import rep
from hub.cfdi.rules import Violation, check
from hub.cfdi.schema import SchemaProblem, validate, validate_full
from hub.cfdi.seal import Sealed, seal
from hub.cfdi.share_split import UnsplittableError
from hub.cfdi.sold import SoldLine, TaxRate
from hub.cfdi.solicitud import SolicitudError
from hub.cfdi.substitution import substitute
from hub.cfdi.terceros import tercero_extranjero
from hub.cfdi.totals import Amounts, add_up
from hub.cfdi.unsolvable import Unsolvable
from hub.cfdi.verify import SealCheck, verify_seal
from hub.cfdi.xml import to_xml

__all__ = [
    "ABSENT",
    "MOTIVOS",
    "ACuentaTerceros",
    "Acuse",
    "Amounts",
    "Balance",
    "CfdiRelacionados",
    "Comprobante",
    "Concepto",
    "Csd",
    "CsdError",
    "DoctoRelacionado",
    "DoctoRelacionado10",
    "EgresoExceedsError",
    "Emisor",
    "FacturaGlobal",
    "FacturasGlobales",
    "FolioAcusado",
    "FolioCancelado",
    "ForeignXml",
    "GlobalPeriod",
    "GlobalTicket",
    "GlobalTicketError",
    "ImpuestoRetenido",
    "ImpuestoTrasladado",
    "Impuestos",
    "Impuestos10",
    "InformacionGlobal",
    "MalformedXmlError",
    "Motivo",
    "OpenInvoice",
    "Pago",
    "Pago10",
    "Pagos",
    "Pagos10",
    "PaidDocument",
    "PaidUnder",
    "Parte",
    "PaymentIn",
    "Receptor",
    "Respuesta",
    "Retencion",
    "RetencionDR",
    "RetencionP",
    "ReturnedLine",
    "SchemaProblem",
    "SealCheck",
    "Sealed",
    "SoldLine",
    "SolicitudError",
    "TaxRate",
    "TimbreFiscal",
    "Totales",
    "Traslado",
    "TrasladoDR",
    "TrasladoP",
    "Unsolvable",
    "UnsplittableError",
    "Violation",
    "WithheldTicketError",
    "aceptacion_rechazo",
    "add_up",
    "anticipo",
    "aplicacion_de_anticipo",
    "applied_to",
    "cadena_original",
    "cadena_timbre",
    "cancelacion",
    "check",
    "egreso",
    "facturas_globales",
    "ingreso",
    "next_parcialidad",
    "open_invoice",
    "period_of",
    "peticion_consulta_relacionados",
    "read",
    "read_acuse",
    "read_timbre",
    "receptor_extranjero",
    "receptor_publico_en_general",
    "remainder_lines",
    "remaining",
    "rep",
    "seal",
    "solve",
    "substitute",
    "tercero_extranjero",
    "to_xml",
    "validate",
    "validate_full",
    "verify_seal",
    "with_addenda",
    "with_leyendas",
]
