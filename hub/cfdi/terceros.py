"""The principal of what is sold on commission: `ACuentaTerceros` of a Concepto (RMF 2.7.1.3)."""

from hub.cfdi.document import ACuentaTerceros

RFC_EXTRANJERO = "EXT990101NI1"
NOMBRE_EXTRANJERO = (
    "EXPEDICIÓN DE CFDI POR RESIDENTES EN MÉXICO QUE PRESTAN SERVICIOS DE INTERMEDIACIÓN ENTRE TERCEROS A OFERENTES "
    "DE BIENES Y SERVICIOS RESIDENTES EN EL EXTRANJERO"
)
REGIMEN_EXTRANJERO = "616"


def tercero_extranjero(lugar_expedicion: str) -> ACuentaTerceros:
    """A seller abroad: generic RFC, SAT's literal name, régimen 616 (CFDI140223), CP of the issuer (CFDI40193)."""
    return ACuentaTerceros(RFC_EXTRANJERO, NOMBRE_EXTRANJERO, REGIMEN_EXTRANJERO, lugar_expedicion)
