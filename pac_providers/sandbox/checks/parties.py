"""CFDI40138-40161 and 402: issuer and receptor against the padrón."""

import re
from dataclasses import dataclass

from ..comprobante import COMERCIO_EXTERIOR, Comprobante
from ..padron import EXTRANJERO, GENERIC, NACIONAL, PUBLICO_EN_GENERAL, Padron
from ..sat_files import catalog
from .regimen_uso import regimen_fits, uso_fits
from .rules import Rules

_REGIMEN_DE_CAPITAL = re.compile(
    r"[ ,]+(S\.?A\.?(P\.?I\.?|B\.?|S\.?)?( DE C\.?V\.?)?|S\.? DE R\.?L\.?( DE C\.?V\.?)?|S\.?C\.?|A\.?C\.?)$"
)


@dataclass(frozen=True, slots=True)
class Parties:
    """The document, the padrón, and the name that the CSD bears."""

    cfdi: Comprobante
    padron: Padron
    csd_nombre: str

    @property
    def receptor_rfc(self) -> str:
        return self.cfdi.receptor["Rfc"]

    @property
    def is_generic(self) -> bool:
        return self.receptor_rfc in GENERIC

    @property
    def issuer_nombre(self) -> str:
        """As registered; an issuer that the padrón does not know has the name of its CSD."""
        person = self.padron[self.cfdi.emisor["Rfc"]]
        return person.nombre if person else without_regimen_de_capital(self.csd_nombre, self.cfdi.emisor["Rfc"])


rules: Rules[Parties] = Rules()


def without_regimen_de_capital(nombre: str, rfc: str) -> str:
    """Only a persona moral has one."""
    return _REGIMEN_DE_CAPITAL.sub("", nombre) if len(rfc) == 12 else nombre


@rules("402", "El RFC del emisor no se encuentra en la lista de contribuyentes con obligaciones.")
def issuer_active(parties: Parties) -> bool:
    person = parties.padron[parties.cfdi.emisor["Rfc"]]
    return person is None or not person.suspended


@rules("CFDI40139", "El Nombre del emisor es de otro RFC.")
def issuer_name_not_of_another(parties: Parties) -> bool:
    nombre = parties.cfdi.emisor["Nombre"]
    return nombre == parties.issuer_nombre or not parties.padron.knows_name(nombre)


@rules("CFDI40138", "El Nombre del emisor no está registrado en el SAT.")
def issuer_name(parties: Parties) -> bool:
    return parties.cfdi.emisor["Nombre"] == parties.issuer_nombre


@rules("CFDI40140", "El RegimenFiscal del emisor no está en c_RegimenFiscal.")
def issuer_regimen_listed(parties: Parties) -> bool:
    return parties.cfdi.emisor["RegimenFiscal"] in catalog("c_RegimenFiscal")


@rules("CFDI40141", "El RegimenFiscal no corresponde al tipo de persona del emisor.")
def issuer_regimen_fits(parties: Parties) -> bool:
    return regimen_fits(parties.cfdi.emisor["Rfc"], parties.cfdi.emisor["RegimenFiscal"])


@rules("CFDI40146", "El Nombre PUBLICO EN GENERAL es solo para el RFC XAXX010101000.")
def public_has_generic_rfc(parties: Parties) -> bool:
    return parties.cfdi.receptor["Nombre"] != PUBLICO_EN_GENERAL or parties.receptor_rfc == NACIONAL


@rules("CFDI40143", "El RFC del receptor no está inscrito en el SAT.")
def receptor_known(parties: Parties) -> bool:
    return parties.is_generic or parties.padron[parties.receptor_rfc] is not None


@rules("CFDI40145", "El Nombre del receptor es de otro RFC.")
def receptor_name_not_of_another(parties: Parties) -> bool:
    nombre = parties.cfdi.receptor["Nombre"]
    return _receptor_has_name(parties) or not parties.padron.knows_name(nombre)


@rules("CFDI40144", "El Nombre del receptor no está registrado en el SAT.")
def receptor_name(parties: Parties) -> bool:
    return _receptor_has_name(parties)


@rules("CFDI40147", "El DomicilioFiscalReceptor no está registrado en el SAT.")
def receptor_cp_listed(parties: Parties) -> bool:
    return parties.cfdi.receptor["DomicilioFiscalReceptor"] in catalog("c_CodigoPostal")


@rules("CFDI40148", "El DomicilioFiscalReceptor no es el del RFC del receptor.")
def receptor_cp(parties: Parties) -> bool:
    person = parties.padron[parties.receptor_rfc]
    return person is None or person.codigo_postal == parties.cfdi.receptor["DomicilioFiscalReceptor"]


@rules("CFDI40149", "Con RFC genérico el DomicilioFiscalReceptor es el LugarExpedicion.")
def generic_cp(parties: Parties) -> bool:
    cfdi = parties.cfdi
    return not parties.is_generic or cfdi.receptor["DomicilioFiscalReceptor"] == cfdi.node["LugarExpedicion"]


@rules("CFDI40150", "La ResidenciaFiscal no está en c_Pais.")
def residencia_listed(parties: Parties) -> bool:
    return parties.cfdi.receptor["ResidenciaFiscal"] in {"", *catalog("c_Pais")}


@rules("CFDI40151", "La ResidenciaFiscal es solo para el RFC XEXX010101000.")
def residencia_of_foreigner(parties: Parties) -> bool:
    return "ResidenciaFiscal" not in parties.cfdi.receptor or parties.receptor_rfc == EXTRANJERO


@rules("CFDI40152", "La ResidenciaFiscal no puede ser MEX.")
def residencia_abroad(parties: Parties) -> bool:
    return parties.cfdi.receptor["ResidenciaFiscal"] != "MEX"


@rules("CFDI40154", "El NumRegIdTrib es solo para el RFC XEXX010101000.")
def tax_id_of_foreigner(parties: Parties) -> bool:
    return "NumRegIdTrib" not in parties.cfdi.receptor or parties.receptor_rfc == EXTRANJERO


@rules("CFDI40153", "Con NumRegIdTrib se requiere la ResidenciaFiscal.")
def residencia_with_tax_id(parties: Parties) -> bool:
    receptor = parties.cfdi.receptor
    return "NumRegIdTrib" not in receptor or "ResidenciaFiscal" in receptor


@rules("CFDI40155", "El NumRegIdTrib requiere el complemento Comercio Exterior.")
def tax_id_with_complement(parties: Parties) -> bool:
    return "NumRegIdTrib" not in parties.cfdi.receptor or parties.cfdi.has_complement(COMERCIO_EXTERIOR)


@rules("CFDI40157", "El RegimenFiscalReceptor no está en c_RegimenFiscal.")
def receptor_regimen_listed(parties: Parties) -> bool:
    return parties.cfdi.receptor["RegimenFiscalReceptor"] in catalog("c_RegimenFiscal")


@rules("CFDI40159", "Con RFC genérico el RegimenFiscalReceptor es 616.")
def generic_regimen(parties: Parties) -> bool:
    return not parties.is_generic or parties.cfdi.receptor["RegimenFiscalReceptor"] == "616"


@rules("CFDI40158", "El RegimenFiscalReceptor no corresponde al tipo de persona del receptor.")
def receptor_regimen_fits(parties: Parties) -> bool:
    return regimen_fits(parties.receptor_rfc, parties.cfdi.receptor["RegimenFiscalReceptor"])


@rules("CFDI40160", "El UsoCFDI no está en c_UsoCFDI.")
def uso_listed(parties: Parties) -> bool:
    return parties.cfdi.receptor["UsoCFDI"] in catalog("c_UsoCFDI")


@rules("CFDI40161", "El UsoCFDI no corresponde al régimen del receptor.")
def uso_of_regimen(parties: Parties) -> bool:
    receptor = parties.cfdi.receptor
    return uso_fits(receptor["RegimenFiscalReceptor"], receptor["UsoCFDI"])


def _receptor_has_name(parties: Parties) -> bool:
    person = parties.padron[parties.receptor_rfc]
    return person is None or person.nombre == parties.cfdi.receptor["Nombre"]
