"""Are these fiscal data complete and formally right? What only SAT knows is left to the stamp."""

from dataclasses import replace

from hub.cfdi.document import Receptor
from hub.plugin import Buyer
from hub.sat import catalogs, regimen_uso, rfc
from hub.sat.nombre import proposals

from .portal_model import FieldProblem, FiscalData

FIELDS = ("rfc", "nombre", "codigo_postal", "regimen_fiscal", "uso_cfdi")


def tidy(data: FiscalData) -> FiscalData:
    """The same data as SAT writes them: capitals, no stray spaces, the RFC without separators."""
    return FiscalData(
        rfc=rfc.normalize(data.rfc),
        nombre=" ".join(data.nombre.upper().split()),
        codigo_postal=data.codigo_postal.strip(),
        regimen_fiscal=data.regimen_fiscal.strip()[:3],
        uso_cfdi=data.uso_cfdi.strip().upper()[:4],
        email=data.email.strip().lower(),
    )


def of_buyer(buyer: Buyer) -> FiscalData:
    """What a source knows of the buyer, tidied."""
    return tidy(
        FiscalData(
            rfc=buyer.rfc or "",
            nombre=buyer.nombre or "",
            codigo_postal=buyer.codigo_postal or "",
            regimen_fiscal=buyer.regimen_fiscal or "",
            uso_cfdi=buyer.uso_cfdi or "",
            email=buyer.email or "",
        )
    )


def problems(data: FiscalData) -> tuple[FieldProblem, ...]:
    """What stands in the way before SAT is asked, in the order of the form."""
    found = (_rfc(data), _nombre(data), _codigo_postal(data), _regimen(data), _uso(data), email_problem(data.email))
    return tuple(problem for problem in found if problem is not None)


def warnings(data: FiscalData) -> tuple[FieldProblem, ...]:
    """What looks odd and may be right all the same: shown, never in the way."""
    found = []
    if rfc.is_valid(data.rfc) and not rfc.is_generic(data.rfc) and rfc.looks_mistyped(data.rfc):
        found.append(FieldProblem("rfc", "Este RFC se ve poco común. Si está como en el SAT, continúa."))
    if (repaired := repaired_nombre(data)) is not None:
        text = "En la factura el nombre casi siempre va sin el tipo de sociedad."
        found.append(FieldProblem("nombre", text, suggestion=repaired))
    return tuple(found)


def repaired_nombre(data: FiscalData) -> str | None:
    """What was typed, without régimen de capital: only to be offered, since some names really end so."""
    first = next(iter(proposals(data.nombre, data.rfc)), data.nombre)
    return None if first == data.nombre else first


def receptor(data: FiscalData, lugar_expedicion: str) -> Receptor:
    """The node of the CFDI; a generic RFC takes the place of issue as its CP (CFDI40149)."""
    place = lugar_expedicion if rfc.is_generic(data.rfc) else data.codigo_postal
    return Receptor(data.rfc, data.nombre, place, data.regimen_fiscal, data.uso_cfdi)


def _rfc(data: FiscalData) -> FieldProblem | None:
    if not data.rfc:
        return FieldProblem("rfc", "Escribe tu RFC.")
    if len(data.rfc) not in {12, 13}:
        text = f"El RFC lleva 12 caracteres si es empresa y 13 si es persona. Escribiste {len(data.rfc)}."
        return FieldProblem("rfc", text)
    if not rfc.is_valid(data.rfc):
        return FieldProblem("rfc", "Revisa las letras y los números de tu RFC; la O y el 0 se confunden.")
    if data.rfc == "XAXX010101000":
        text = "Este es el RFC del público en general. Si no necesitas factura a tu nombre no hagas nada."
        return FieldProblem("rfc", text)
    return None


def _nombre(data: FiscalData) -> FieldProblem | None:
    if not data.nombre:
        return FieldProblem("nombre", "Escribe tu nombre o razón social como aparece en el SAT.")
    if data.nombre == "PUBLICO EN GENERAL":
        text = "Con ese nombre no se puede facturar a tu RFC; escribe tu nombre o razón social."
        return FieldProblem("nombre", text)
    if "|" in data.nombre or len(data.nombre) > 300:
        return FieldProblem("nombre", "Escribe solo tu nombre o razón social, sin el signo | y en menos de 300 letras.")
    return None


def _codigo_postal(data: FiscalData) -> FieldProblem | None:
    if rfc.is_generic(data.rfc):
        return None
    if len(data.codigo_postal) != 5 or not data.codigo_postal.isdigit():
        return FieldProblem("codigo_postal", "El código postal lleva 5 números.")
    if catalogs.codigo_postal(data.codigo_postal) is None:
        text = "No encontramos ese código postal. Usa el de tu domicilio fiscal, no el de envío."
        return FieldProblem("codigo_postal", text)
    return None


def _regimen(data: FiscalData) -> FieldProblem | None:
    if rfc.is_generic(data.rfc):
        return None
    if not data.regimen_fiscal:
        return FieldProblem("regimen_fiscal", "Elige tu régimen fiscal de la lista.")
    if not rfc.is_valid(data.rfc):
        return None
    if data.regimen_fiscal not in {r.key for r in regimen_uso.regimenes_for(rfc.person(data.rfc))}:
        kind = "empresa" if len(data.rfc) == 12 else "persona"
        return FieldProblem("regimen_fiscal", f"Ese régimen no es de {kind}. Elige uno de la lista.")
    return None


def _uso(data: FiscalData) -> FieldProblem | None:
    if rfc.is_generic(data.rfc):
        return None
    if not data.uso_cfdi:
        return FieldProblem("uso_cfdi", "Elige para qué usarás la factura.")
    if _regimen(data) is not None or not rfc.is_valid(data.rfc):
        return None
    allowed = [uso.key for uso in regimen_uso.usos_for(data.regimen_fiscal, rfc.person(data.rfc))]
    if data.uso_cfdi in allowed:
        return None
    instead = "G03" if "G03" in allowed else "S01"
    chosen, name = catalogs.uso_cfdi(data.uso_cfdi) or data.uso_cfdi, catalogs.uso_cfdi(instead)
    text = f"Con tu régimen no se puede usar «{chosen}». Puedes usar «{name}»."
    return FieldProblem("uso_cfdi", text, suggestion=instead)


def foreign(data: FiscalData, lugar_expedicion: str) -> FiscalData:
    """A buyer from abroad: régimen 616, uso S01 and the issuer's CP are the only ones (CFDI40149, 40159)."""
    return replace(data, codigo_postal=lugar_expedicion, regimen_fiscal="616", uso_cfdi="S01")


def email_problem(email: str) -> FieldProblem | None:
    """A missing piece of an address; empty is fine, since e-mail is optional (criterio 1/CFF/PI)."""
    if not email:
        return None
    name, _, domain = email.rpartition("@")
    if name and "." in domain and " " not in email and len(email) <= 254:
        return None
    return FieldProblem("email", "Revisa el correo: le falta algo. También puedes dejarlo vacío.")
