"""SAT's and the PACs' rejection codes: who can mend it, which field of the portal it is about, what the buyer reads.

Classes: `C` the buyer's data, `E` the issuer's configuration, `B` our bug, `T` transient, `X` a state to resolve.
The sources are SAT's Matrices de errores of CFDI 4.0 and Pagos 2.0; texts are matched by code, never by a PAC's words.
"""

import re
from dataclasses import dataclass
from typing import Literal

from hub.cfdi.rules import reasons, reasons_pagos
from hub.cfdi.rules.remedies import Class, remedy

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
    """One code: its class, the portal field to ask again (`None`: none), the buyer's sentence in Spanish.

    `reason_es` says to the operator, in Spanish too, what is wrong with `attribute`, which is named as in SAT's matrix
    (`Receptor:Rfc`; empty for a PAC's own codes).
    """

    code: str
    class_: Class
    message_es: str
    field: Field | None = None
    reason_es: str = ""
    attribute: str = ""

    @property
    def kind(self) -> Kind:
        """The class in words, as `Violation.kind` has it."""
        return KINDS[self.class_]

    @property
    def remedy(self) -> str:
        """What the operator does about it, in one English clause."""
        return remedy(self.code.removeprefix("CFDI"), self.class_)


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
_ISSUER = frozenset(
    f"{number}"
    for numbers in (
        (40106, 40126, *range(40138, 40143)),  # certificate, place, name and régimen
        (*range(40162, 40166), *range(40187, 40197), 40199, 40200),  # products, principals, pedimentos
        (140223, 140224, 140225),
    )
    for number in numbers
) | {"CRP20222"}  # not in l_RFC: what the issuer knows of a bank is wrong
_ABROAD = frozenset(f"{number}" for number in range(40150, 40157))
_GENERAL: dict[str, tuple[Class, str]] = {
    "300": ("E", "El PAC no acepta el usuario o la contraseña."),
    "301": ("B", "El valor no tiene la forma que pide el esquema XSD del SAT."),
    "302": ("B", "El Sello está mal formado o no es el del documento."),
    "303": ("E", "El CSD es de otro RFC."),
    "304": ("E", "El CSD está revocado o vencido."),
    "305": ("E", "La Fecha cae fuera de la vigencia del CSD."),
    "306": ("E", "El certificado es una e.firma y no un CSD."),
    "307": ("X", "El documento ya está timbrado."),
    "308": ("E", "El SAT no expidió el certificado."),
    "350": ("T", "El servicio del PAC no está disponible."),
    "401": ("B", "La Fecha está en el futuro o pasaron más de 72 horas."),
    "402": ("E", "El emisor no está en la lista de contribuyentes con obligaciones."),
    "403": ("B", "La Fecha es anterior a los CFDI."),
    "708": ("T", "El PAC no pudo consultar al SAT."),
}
_SENTENCES = {"T": SAT_IS_SLOW, "X": ALREADY_DONE}


def _of_matrix(number: str, attribute: str, reason_es: str) -> Code:
    code = number if number.startswith("CRP") else f"CFDI{number}"
    if number in _BUYER:
        field, message_es = _BUYER[number]
        return Code(code, "C", message_es, field, reason_es, attribute)
    if number in _ABROAD:
        return Code(code, "B", _FOREIGN, "rfc", reason_es, attribute)
    if number == "40999":
        return Code(code, "T", SAT_IS_SLOW, None, reason_es, attribute)
    return Code(code, "E" if number in _ISSUER else "B", OUR_FAULT, None, reason_es, attribute)


def _table() -> dict[str, Code]:
    matrices = reasons.REASONS | reasons_pagos.REASONS
    codes = {number: _of_matrix(number, *entry) for number, entry in matrices.items()}
    general = {
        number: Code(number, class_, _SENTENCES.get(class_, OUR_FAULT), None, reason_es)
        for number, (class_, reason_es) in _GENERAL.items()
    }
    return codes | general


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
