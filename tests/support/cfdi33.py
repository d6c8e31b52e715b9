"""CFDI 3.3 as issuers wrote them until March 2023, sealed by SAT's XSLT and a throw-away CSD."""

from hub.cfdi import Csd
from tests.support.sat_xslt import sat_cadena

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/3"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.sat.gob.mx/cfd/3'
    ' http://www.sat.gob.mx/sitio_internet/cfd/3/cfdv33.xsd" Version="3.3"'
)
_PARTIES = (
    '<cfdi:Emisor Rfc="EKU9003173C9" Nombre="Escuela Kemper Urgate, S.A. de C.V." RegimenFiscal="601"/>'
    '<cfdi:Receptor Rfc="URE180429TM6" UsoCFDI="{uso}"/>'
)

INGRESO = (
    f'{_HEAD} Serie="F" Folio="77" Fecha="2021-06-01T12:00:00" FormaPago="03" {{seal}}'
    ' CondicionesDePago="Contado  y   sin más" SubTotal="1500.00" Descuento="100.00" Moneda="USD" TipoCambio="19.9487"'
    ' Total="1473.34" TipoDeComprobante="I" MetodoPago="PUE" LugarExpedicion="42501" Confirmacion="AB12c">'
    '<cfdi:CfdiRelacionados TipoRelacion="09">'
    '<cfdi:CfdiRelacionado UUID="6E0F0A3C-2C8F-4B6F-9D5F-0C7A1D2B3E4F"/></cfdi:CfdiRelacionados>'
    f"{_PARTIES.format(uso='G03')}<cfdi:Conceptos>"
    '<cfdi:Concepto ClaveProdServ="43211503" NoIdentificacion="A-1" Cantidad="1" ClaveUnidad="H87" Unidad="Pieza"'
    ' Descripcion="Computadora &amp; maletín" ValorUnitario="1500.00" Importe="1500.00" Descuento="100.00">'
    '<cfdi:Impuestos><cfdi:Traslados><cfdi:Traslado Base="1400.00" Impuesto="002" TipoFactor="Tasa"'
    ' TasaOCuota="0.160000" Importe="224.00"/></cfdi:Traslados><cfdi:Retenciones><cfdi:Retencion Base="1400.00"'
    ' Impuesto="002" TipoFactor="Tasa" TasaOCuota="0.106667" Importe="149.33"/></cfdi:Retenciones></cfdi:Impuestos>'
    '<cfdi:InformacionAduanera NumeroPedimento="21  47  3807  1000001"/><cfdi:CuentaPredial Numero="42501007"/>'
    '<cfdi:Parte ClaveProdServ="43211503" NoIdentificacion="A-1-1" Cantidad="1" Unidad="Pieza" Descripcion="Batería"'
    ' ValorUnitario="10.5" Importe="10.50"><cfdi:InformacionAduanera NumeroPedimento="21  47  3807  1000002"/>'
    "</cfdi:Parte></cfdi:Concepto></cfdi:Conceptos>"
    '<cfdi:Impuestos TotalImpuestosRetenidos="149.33" TotalImpuestosTrasladados="224.00"><cfdi:Retenciones>'
    '<cfdi:Retencion Impuesto="002" Importe="149.33"/></cfdi:Retenciones><cfdi:Traslados><cfdi:Traslado Impuesto="002"'
    ' TipoFactor="Tasa" TasaOCuota="0.160000" Importe="224.00"/></cfdi:Traslados></cfdi:Impuestos>'
    "{complemento}</cfdi:Comprobante>"
)

PAGO = (
    f'{_HEAD} xmlns:pago10="http://www.sat.gob.mx/Pagos" Folio="8" Fecha="2021-07-05T09:30:00" {{seal}} SubTotal="0"'
    ' Moneda="XXX" Total="0" TipoDeComprobante="P" LugarExpedicion="42501">'
    f"{_PARTIES.format(uso='P01')}<cfdi:Conceptos>"
    '<cfdi:Concepto ClaveProdServ="84111506" Cantidad="1" ClaveUnidad="ACT" Descripcion="Pago" ValorUnitario="0"'
    ' Importe="0"/></cfdi:Conceptos><cfdi:Complemento><pago10:Pagos Version="1.0">'
    '<pago10:Pago FechaPago="2021-07-03T12:00:00" FormaDePagoP="03" MonedaP="USD" TipoCambioP="19.8" Monto="600.00"'
    ' NumOperacion="SPEI 1" RfcEmisorCtaOrd="BBA830831LJ2" CtaOrdenante="012180001234567890"'
    ' RfcEmisorCtaBen="BBA830831LJ2" CtaBeneficiario="012180009876543210">'
    '<pago10:DoctoRelacionado IdDocumento="6E0F0A3C-2C8F-4B6F-9D5F-0C7A1D2B3E4F" Serie="F" Folio="76" MonedaDR="MXN"'
    ' TipoCambioDR="0.0501253" MetodoDePagoDR="PPD" NumParcialidad="2" ImpSaldoAnt="20000.00" ImpPagado="11880.00"'
    ' ImpSaldoInsoluto="8120.00"/>'
    '<pago10:DoctoRelacionado IdDocumento="7E0F0A3C-2C8F-4B6F-9D5F-0C7A1D2B3E4F" MonedaDR="USD" MetodoDePagoDR="PPD"/>'
    '<pago10:Impuestos TotalImpuestosRetenidos="1.00" TotalImpuestosTrasladados="2.00"><pago10:Retenciones>'
    '<pago10:Retencion Impuesto="001" Importe="1.00"/></pago10:Retenciones><pago10:Traslados><pago10:Traslado'
    ' Impuesto="002" TipoFactor="Tasa" TasaOCuota="0.160000" Importe="2.00"/></pago10:Traslados></pago10:Impuestos>'
    "</pago10:Pago></pago10:Pagos>{complemento}</cfdi:Complemento></cfdi:Comprobante>"
)

DIVISAS = '<divisas:Divisas xmlns:divisas="http://www.sat.gob.mx/divisas" version="1.0" tipoOperacion="compra"/>'


def sealed_33(template: str, csd: Csd, complemento: str = "") -> bytes:
    """The document of a template with its seal; `complemento` is part of what is sealed."""
    certified = f'NoCertificado="{csd.numero}" Certificado="{csd.certificate_base64}"'
    draft = template.format(seal=certified, complemento=complemento).encode()
    sello = csd.sign(sat_cadena(draft))
    return draft.replace(b" NoCertificado=", f' Sello="{sello}" NoCertificado='.encode(), 1)
