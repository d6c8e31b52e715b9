"""Texts with a shape: RFC, postal code, colour, address. Each says in plain words what it expects."""

import ipaddress
import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from .section import refused

# Anexo 20, tdCFDI.xsd, t_RFC: the date inside is a real month and day.
RFC_PATTERN = r"[A-Z&Ñ]{3,4}[0-9]{2}(0[1-9]|1[012])(0[1-9]|[12][0-9]|3[01])[A-Z0-9]{2}[0-9A]"
_GENERIC_RFCS = frozenset({"XAXX010101000", "XEXX010101000"})


def _shaped(pattern: str, message: str, hint: str = "") -> Callable[[str], str]:
    compiled = re.compile(pattern)

    def check(text: str) -> str:
        if not compiled.fullmatch(text):
            raise refused(message, hint)
        return text

    return check


def _text(pattern: str, message: str, hint: str = "", **schema: Any) -> tuple[Any, ...]:
    """What `Annotated` needs to hold a text to a pattern, for the loader and for editors."""
    rule = {"type": "string", "pattern": f"^({pattern})$", **schema}
    return AfterValidator(_shaped(pattern, message, hint)), WithJsonSchema(rule)


def _tidy_rfc(value: object) -> object:
    return re.sub(r"[\s-]", "", value).upper() if isinstance(value, str) else value


def _not_generic(rfc: str) -> str:
    if rfc in _GENERIC_RFCS:
        raise refused("is a generic RFC for buyers; an issuer has its own")
    return rfc


def _network(text: str) -> str:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise refused("is not an IP address or network", "write one such as 10.0.0.5 or 10.0.0.0/8") from None
    return text


Rfc = Annotated[
    str,
    BeforeValidator(_tidy_rfc),
    AfterValidator(
        _shaped(RFC_PATTERN, "is not an RFC", "12 characters for a company, 13 for a person, as in the CSF")
    ),
    AfterValidator(_not_generic),
    WithJsonSchema({"type": "string", "pattern": f"^{RFC_PATTERN}$"}),
]
"""The RFC of a taxpayer; spaces, hyphens and lower case are repaired, the generic ones refused."""

CodigoPostal = Annotated[str, *_text(r"[0-9]{5}", "is not a postal code: it has 5 digits")]
RegimenFiscal = Annotated[
    str,
    *_text(
        r"[0-9]{3}",
        "is not a régimen fiscal: it has 3 digits",
        "SAT's catalog c_RegimenFiscal, such as 601, 612 or 626",
    ),
]
ClaveProdServ = Annotated[
    str,
    *_text(r"[0-9]{8}", "is not a product key: it has 8 digits", "SAT's catalog c_ClaveProdServ, such as 01010101"),
]
ClaveUnidad = Annotated[
    str,
    *_text(
        r"[A-Z0-9]{1,3}", "is not a unit key: 1 to 3 capitals or digits", "SAT's catalog c_ClaveUnidad: H87, E48, ACT"
    ),
]
Currency = Annotated[str, *_text(r"[A-Z]{3}", "is not a currency: three capitals, such as USD", "ISO 4217")]
Serie = Annotated[str, *_text(r"[A-Za-z0-9]{1,25}", "is not a serie: 1 to 25 letters and digits")]
Colour = Annotated[str, *_text(r"#[0-9A-Fa-f]{6}", "is not a colour: # and 6 hexadecimal digits", 'such as "#0b5d4e"')]
Email = Annotated[str, *_text(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+", "is not an e-mail address", format="email")]
WebAddress = Annotated[str, *_text(r"https?://[^\s/?#]+[^\s]*", "is not a web address: it starts with https://")]
Whatsapp = Annotated[
    str,
    *_text(r"\+?[0-9]{10,15}", "is not a phone number: country code and digits", "such as 525512345678"),
]
InstanceName = Annotated[
    str,
    *_text(
        r"[a-z0-9][a-z0-9_-]{0,39}",
        "is not a usable name",
        "up to 40 lower case letters, digits, - and _; it appears in addresses, logs and folders",
    ),
]
Network = Annotated[str, AfterValidator(_network)]
