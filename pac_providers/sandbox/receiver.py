"""A buyer's data against the padrón: what a PAC with a copy of SAT's l_RFC says of them."""

from dataclasses import dataclass
from typing import Literal

from .padron import GENERIC, Padron


@dataclass(frozen=True, slots=True)
class Asked:
    """The buyer's data; an empty one is not compared."""

    rfc: str
    nombre: str = ""
    codigo_postal: str = ""
    regimen_fiscal: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """The verdict, and the first of the data that differs."""

    verdict: Literal["matches", "differs", "unknown"]
    field: Literal["", "rfc", "nombre", "codigo_postal", "regimen_fiscal"] = ""
    message: str = ""


def compared(padron: Padron, asked: Asked) -> Compared:
    """In the order of SAT's matrix: CFDI40143, 40145, 40147, 40157."""
    if asked.rfc in GENERIC:
        return Compared("unknown", message="Un RFC genérico no está en la lista de RFC.")
    person = padron[asked.rfc]
    if person is None:
        return Compared("differs", "rfc", "El RFC no está en la lista de RFC inscritos no cancelados.")
    if asked.nombre not in {"", person.nombre}:
        return Compared("differs", "nombre", "El nombre no es el que tiene registrado ese RFC.")
    if asked.codigo_postal not in {"", person.codigo_postal}:
        return Compared("differs", "codigo_postal", "El código postal no es el del domicilio fiscal de ese RFC.")
    if asked.regimen_fiscal not in {"", *person.regimenes}:
        return Compared("differs", "regimen_fiscal", "El régimen fiscal no es de ese RFC.")
    return Compared("matches")
