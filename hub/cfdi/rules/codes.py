"""SAT's and the PACs' rejection codes: who can mend it, which field of the portal it is about, what the buyer reads.

Classes: `C` the buyer's data, `E` the issuer's configuration, `B` our bug, `T` transient, `X` a state to resolve.
The sources are SAT's Matrices de errores of CFDI 4.0 and Pagos 2.0; texts are matched by code, never by a PAC's words.
"""

import re
from dataclasses import dataclass
from typing import Literal

Class = Literal["C", "E", "B", "T", "X"]
Kind = Literal["buyer", "issuer", "ours", "transient", "state"]
Field = Literal["rfc", "nombre", "codigo_postal", "regimen_fiscal", "uso_cfdi"]

KINDS: dict[Class, Kind] = {"C": "buyer", "E": "issuer", "B": "ours", "T": "transient", "X": "state"}
OUR_FAULT = (
    "No pudimos terminar tu factura por algo de nuestro lado. Ya avisamos al negocio y te la enviaremos "
    "en cuanto esté lista; no tienes que volver a capturar nada."
)
SAT_IS_SLOW = (
    "El SAT está tardando en responder. Guardamos tu solicitud y te enviaremos tu factura en cuanto conteste; "
    "ya puedes cerrar esta página."
)
ALREADY_DONE = "Tu factura ya está hecha. En un momento podrás descargarla aquí."


@dataclass(frozen=True, slots=True)
class Code:
    """One code: its class, the portal field to ask again (`None`: none), the buyer's sentence in Spanish."""

    code: str
    class_: Class
    message_es: str
    field: Field | None = None

    @property
    def kind(self) -> Kind:
        """The class in words, as `Violation.kind` has it."""
        return KINDS[self.class_]


_BUYER: dict[str, tuple[Field, str]] = {
    "40143": (
        "rfc",
        (
            "El SAT no reconoce este RFC o ya no está activo. Revisa letra por letra que esté como en tu "
            "Constancia de Situación Fiscal; la O y el 0 se confunden."
        ),
    ),
    "40144": (
        "nombre",
        (
            'El SAT no tiene registrado ese nombre. Escríbelo como aparece en tu constancia, sin "S.A. de C.V." '
            "ni otro tipo de sociedad."
        ),
    ),
    "40145": (
        "nombre",
        (
            "El nombre no coincide con el que el SAT tiene para tu RFC. Escríbelo en mayúsculas, igual que en tu "
            "constancia y sin el tipo de sociedad."
        ),
    ),
    "40146": (
        "nombre",
        "Con ese nombre no podemos facturar a tu RFC. Escribe tu nombre o el de tu empresa.",
    ),
    "40147": (
        "codigo_postal",
        "El SAT no tiene ese código postal. Escribe el de tu domicilio fiscal; puede no ser el de tu casa.",
    ),
    "40148": (
        "codigo_postal",
        ("Ese código postal no es el de tu domicilio fiscal. Búscalo en tu constancia; puede no ser el de tu casa."),
    ),
    "40157": (
        "regimen_fiscal",
        "Elige tu régimen fiscal de la lista.",
    ),
    "40158": (
        "regimen_fiscal",
        ("Ese régimen no va con tu tipo de RFC: unos son de empresas y otros de personas. Elige otro de la lista."),
    ),
    "40160": (
        "uso_cfdi",
        "Elige de la lista para qué usarás la factura.",
    ),
    "40161": (
        "uso_cfdi",
        (
            'Ese uso no se permite con tu régimen. Elige otro de la lista; si solo tienes sueldos, "Sin efectos '
            'fiscales" o una deducción personal.'
        ),
    ),
}
_FOREIGN = "Si facturas como extranjero no hace falta un RFC mexicano; si tienes RFC, no captures datos de otro país."
_ISSUER = "40106 40126 40138-40142 40162-40165 40187-40193 140223-140225"
_OURS = "40101-40105 40107-40125 40127-40137 40149 40159 40166-40186 40194-40222 140226-140227"
_OF_PAGOS = "20101-20123 20201-20279 20999"
_BANKS_RFC = "20222"  # not in l_RFC: what the issuer knows of a bank is wrong
_GENERAL: dict[str, Class] = {
    "300": "E",  # PAC user or password
    "301": "B",  # not valid against the XSD
    "302": "B",  # wrong Sello
    "303": "E",  # CSD of another RFC
    "304": "E",  # CSD revoked or expired
    "305": "E",  # Fecha outside the CSD's validity
    "306": "E",  # e.firma instead of CSD
    "307": "X",  # already stamped
    "308": "E",  # certificate not issued by SAT
    "350": "T",
    "401": "B",  # Fecha in the future or older than 72 h
    "402": "E",  # issuer not in the LCO
    "403": "B",
    "708": "T",
}


def _numbers(ranges: str) -> list[str]:
    bounds = (part.split("-") for part in ranges.split())
    return [str(number) for bound in bounds for number in range(int(bound[0]), int(bound[-1]) + 1)]


def _table() -> dict[str, Code]:
    codes = {number: Code(f"CFDI{number}", "C", text, field) for number, (field, text) in _BUYER.items()}
    codes |= {number: Code(f"CFDI{number}", "E", OUR_FAULT) for number in _numbers(_ISSUER)}
    codes |= {number: Code(f"CFDI{number}", "B", OUR_FAULT) for number in _numbers(_OURS)}
    codes |= {number: Code(f"CFDI{number}", "B", _FOREIGN, "rfc") for number in _numbers("40150-40156")}
    codes |= {f"CRP{number}": Code(f"CRP{number}", "B", OUR_FAULT) for number in _numbers(_OF_PAGOS)}
    codes[f"CRP{_BANKS_RFC}"] = Code(f"CRP{_BANKS_RFC}", "E", OUR_FAULT)
    codes["40999"] = Code("CFDI40999", "T", SAT_IS_SLOW)
    sentences = {"T": SAT_IS_SLOW, "X": ALREADY_DONE}
    return codes | {n: Code(n, class_, sentences.get(class_, OUR_FAULT)) for n, class_ in _GENERAL.items()}


CODES = _table()
_SAT_CODE = re.compile(r"CFDI\s*-?(1?40\d{3})(?!\d)", re.IGNORECASE)
_PAGOS_CODE = re.compile(r"CRP\s*-?(20\d{3})(?!\d)", re.IGNORECASE)
_BARE = re.compile(r"(?<!\d)(1?40\d{3})(?!\d)")
_GENERAL_CODE = re.compile(r"\s*(\d{3})(?!\d)")  # at the beginning only: three digits may be anything elsewhere


def lookup(text: str) -> Code | None:
    """The code in what a PAC answered: `CFDI40145`, `CFDI140224`, `40145`, `CRP20217`, `307. ...`.

    Some PACs write an extra or a missing 1 (`CFDI140145`, `CFDI40224`): both spellings find the same entry. A code of
    SAT's family that the table does not list counts as our bug; `None` means that the text holds no code at all.
    """
    if paid := _PAGOS_CODE.search(text):
        return CODES.get(f"CRP{paid[1]}") or Code(f"CRP{paid[1]}", "B", OUR_FAULT)
    found = _SAT_CODE.search(text) or _BARE.search(text) or _GENERAL_CODE.match(text)
    if found is None:
        return None
    number = found[1]
    spellings = (number, number.removeprefix("1"), f"1{number}")
    for spelling in spellings:
        if code := CODES.get(spelling):
            return code
    return Code(f"CFDI{number}", "B", OUR_FAULT) if "40" in number and len(number) > 4 else None
