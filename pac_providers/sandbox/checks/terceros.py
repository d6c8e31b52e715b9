"""CFDI40187-40193 and CFDI140223: on whose account a concepto is sold, against the padrón where it knows them."""

from collections.abc import Callable

from ..comprobante import Node
from ..padron import Padron
from ..sat_files import catalog
from .parties import Parties
from .rules import Rules

rules: Rules[Parties] = Rules()
_EXTRANJERO = "EXT990101NI1"
_NOMBRE_EXTRANJERO = (
    "EXPEDICIÓN DE CFDI POR RESIDENTES EN MÉXICO QUE PRESTAN SERVICIOS DE INTERMEDIACIÓN ENTRE TERCEROS A OFERENTES "
    "DE BIENES Y SERVICIOS RESIDENTES EN EL EXTRANJERO"
)
Holds = Callable[[Node, Parties], bool]


def each(code: str, message: str) -> Callable[[Holds], Holds]:
    """A rule that every ACuentaTerceros must satisfy."""

    def add(holds: Holds) -> Holds:
        rules(code, message)(lambda parties: all(holds(tercero, parties) for tercero in _terceros(parties)))
        return holds

    return add


def _terceros(parties: Parties) -> list[Node]:
    return [concepto.a_cuenta_terceros for concepto in parties.cfdi.conceptos if concepto.a_cuenta_terceros]


def _known(tercero: Node, padron: Padron, attribute: str, value: str) -> bool:
    person = padron[tercero["RfcACuentaTerceros"]]
    return person is None or getattr(person, attribute) == value


@each("CFDI40187", "El RfcACuentaTerceros no se encuentra en la l_LCO.")
def rfc_active(tercero: Node, parties: Parties) -> bool:
    person = parties.padron[tercero["RfcACuentaTerceros"]]
    return person is None or not person.suspended


@each("CFDI40188", "El RfcACuentaTerceros es el del emisor o el del receptor.")
def rfc_of_another(tercero: Node, parties: Parties) -> bool:
    return tercero["RfcACuentaTerceros"] not in {parties.cfdi.emisor["Rfc"], parties.receptor_rfc}


@each("CFDI40190", "El NombreACuentaTerceros no es el de su RFC.")
def nombre_of_rfc(tercero: Node, parties: Parties) -> bool:
    if tercero["RfcACuentaTerceros"] == _EXTRANJERO:
        return tercero["NombreACuentaTerceros"] == _NOMBRE_EXTRANJERO
    return _known(tercero, parties.padron, "nombre", tercero["NombreACuentaTerceros"])


@each("CFDI40191", "El RegimenFiscalACuentaTerceros no está en c_RegimenFiscal.")
def regimen_listed(tercero: Node, parties: Parties) -> bool:  # noqa: ARG001
    return tercero["RegimenFiscalACuentaTerceros"] in catalog("c_RegimenFiscal")


@each("CFDI40192", "El DomicilioFiscalACuentaTerceros no está registrado en el SAT.")
def codigo_postal_listed(tercero: Node, parties: Parties) -> bool:  # noqa: ARG001
    return tercero["DomicilioFiscalACuentaTerceros"] in catalog("c_CodigoPostal")


@each("CFDI40193", "El DomicilioFiscalACuentaTerceros no es el de su RFC.")
def codigo_postal_of_rfc(tercero: Node, parties: Parties) -> bool:
    codigo_postal = tercero["DomicilioFiscalACuentaTerceros"]
    if tercero["RfcACuentaTerceros"] == _EXTRANJERO:
        return codigo_postal == parties.cfdi.node["LugarExpedicion"]
    return _known(tercero, parties.padron, "codigo_postal", codigo_postal)


@each("CFDI140223", "Con EXT990101NI1 el RegimenFiscalACuentaTerceros es 616.")
def regimen_of_foreigner(tercero: Node, parties: Parties) -> bool:  # noqa: ARG001
    return tercero["RfcACuentaTerceros"] != _EXTRANJERO or tercero["RegimenFiscalACuentaTerceros"] == "616"
