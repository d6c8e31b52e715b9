"""SAT's expression for a CFDI, for a PAC that hands SAT's status service on."""

from hub.sat import consulta

from .pac import CfdiReference


def expresion_impresa(cfdi: CfdiReference) -> str:
    """`?re=...&rr=...&tt=...&id=...&fe=...`, the argument of SAT's ConsultaCFDI and the text of the QR.

    An `&` of an RFC is `&amp;` in it. It is plain text: escape or encode it once more as its route wants, such as
    XML, JSON or a URL.
    """
    return consulta.expresion_impresa(
        consulta.Consulta(cfdi.uuid, cfdi.rfc_emisor, cfdi.rfc_receptor, cfdi.total, cfdi.sello)
    )
