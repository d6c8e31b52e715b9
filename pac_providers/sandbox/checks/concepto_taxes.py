"""CFDI40175-40186: the taxes of the conceptos; a Base of 0 (40174, 40181) does not get past the XSD."""

from ..comprobante import Comprobante
from ..sat_files import catalog
from . import tasas
from .limits import tax_fits
from .rules import Rules

rules: Rules[Comprobante] = Rules()


@rules("CFDI40175", "El Impuesto de un traslado no está en c_Impuesto, o no se traslada.")
def traslado_impuesto(cfdi: Comprobante) -> bool:
    return all(row["Impuesto"] in tasas.TRANSFERRED for row in cfdi.traslados)


@rules("CFDI40176", "El TipoFactor de un traslado no está en c_TipoFactor.")
def traslado_factor(cfdi: Comprobante) -> bool:
    return all(row["TipoFactor"] in catalog("c_TipoFactor") for row in cfdi.traslados)


@rules("CFDI40177", "Un traslado Exento no lleva TasaOCuota ni Importe.")
def traslado_exento(cfdi: Comprobante) -> bool:
    exempt = [row for row in cfdi.traslados if row["TipoFactor"] == "Exento"]
    return not any("TasaOCuota" in row or "Importe" in row for row in exempt)


@rules("CFDI40178", "Un traslado de Tasa o Cuota lleva TasaOCuota e Importe.")
def traslado_complete(cfdi: Comprobante) -> bool:
    taxed = [row for row in cfdi.traslados if row["TipoFactor"] != "Exento"]
    return all("TasaOCuota" in row and "Importe" in row for row in taxed)


@rules("CFDI40179", "La TasaOCuota de un traslado no está en c_TasaOCuota para ese impuesto y factor.")
def traslado_tasa(cfdi: Comprobante) -> bool:
    return all(tasas.traslado_exists(row) for row in cfdi.traslados)


@rules("CFDI40180", "El Importe de un traslado no está entre los límites de Base por TasaOCuota.")
def traslado_importe(cfdi: Comprobante) -> bool:
    return all(tax_fits(row) for row in cfdi.traslados if row["TipoFactor"] != "Exento")


@rules("CFDI40182", "El Impuesto de una retención no está en c_Impuesto.")
def retencion_impuesto(cfdi: Comprobante) -> bool:
    return all(row["Impuesto"] in catalog("c_Impuesto") for row in cfdi.retenciones)


@rules("CFDI40183", "El TipoFactor de una retención no está en c_TipoFactor.")
def retencion_factor(cfdi: Comprobante) -> bool:
    return all(row["TipoFactor"] in catalog("c_TipoFactor") for row in cfdi.retenciones)


@rules("CFDI40184", "El TipoFactor de una retención no puede ser Exento.")
def retencion_not_exempt(cfdi: Comprobante) -> bool:
    return all(row["TipoFactor"] != "Exento" for row in cfdi.retenciones)


@rules("CFDI40185", "La TasaOCuota de una retención no está en c_TasaOCuota para ese impuesto y factor.")
def retencion_tasa(cfdi: Comprobante) -> bool:
    return all(tasas.retencion_exists(row) for row in cfdi.retenciones)


@rules("CFDI40186", "El Importe de una retención no está entre los límites de Base por TasaOCuota.")
def retencion_importe(cfdi: Comprobante) -> bool:
    return all(tax_fits(row) for row in cfdi.retenciones)
