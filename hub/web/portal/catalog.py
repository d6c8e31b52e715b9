"""Régimen and uso in the buyer's words, in the order people need them, limited to what SAT allows together."""

from collections.abc import Iterable
from dataclasses import dataclass

from hub.sat.regimen_uso import regimenes_for, usos_for
from hub.sat.rfc import Person, normalize, person

PERSONS: dict[Person, str] = {"fisica": "Persona física", "moral": "Empresa"}

REGIMENES: dict[str, str] = {
    "601": "General de ley, personas morales",
    "603": "Personas morales con fines no lucrativos",
    "605": "Sueldos y salarios (eres empleado)",
    "606": "Arrendamiento (rentas inmuebles)",
    "607": "Enajenación o adquisición de bienes",
    "608": "Demás ingresos",
    "610": "Residentes en el extranjero",
    "611": "Dividendos (socios y accionistas)",
    "612": "Actividades empresariales y profesionales (negocio u honorarios)",
    "614": "Ingresos por intereses",
    "615": "Ingresos por premios",
    "616": "Sin obligaciones fiscales",
    "620": "Sociedades cooperativas de producción",
    "621": "Incorporación fiscal (RIF)",
    "622": "Actividades agrícolas, ganaderas, silvícolas y pesqueras",
    "623": "Opcional para grupos de sociedades",
    "624": "Coordinados",
    "625": "Plataformas tecnológicas (vendes o trabajas por aplicaciones)",
    "626": "Simplificado de confianza (RESICO)",
}

_MOST_COMMON: dict[Person, tuple[str, ...]] = {
    "fisica": ("612", "626", "605", "606", "625", "616"),
    "moral": ("601", "626", "603"),
}

USOS: dict[str, str] = {
    "G03": "Gastos en general",
    "S01": "Sin efectos fiscales (solo la quiero como comprobante)",
    "G01": "Mercancía que vas a revender",
    "I01": "Construcciones",
    "I02": "Mobiliario y equipo de oficina",
    "I03": "Equipo de transporte",
    "I04": "Equipo de cómputo y accesorios",
    "I05": "Dados, troqueles, moldes y herramental",
    "I06": "Comunicaciones telefónicas",
    "I07": "Comunicaciones satelitales",
    "I08": "Otra maquinaria y equipo",
    "D01": "Honorarios médicos, dentales y hospitalarios",
    "D02": "Gastos médicos por incapacidad o discapacidad",
    "D03": "Gastos funerarios",
    "D04": "Donativos",
    "D05": "Intereses de crédito hipotecario",
    "D06": "Aportaciones voluntarias al SAR",
    "D07": "Primas de seguros de gastos médicos",
    "D08": "Transporte escolar obligatorio",
    "D09": "Depósitos para el ahorro y planes de pensiones",
    "D10": "Colegiaturas",
}
"""Without G02, CP01 and CN01: no buyer asks for a credit note, a payment receipt or a payslip here."""

_USO_GROUPS = (("Los más usados", "GS"), ("Inversiones", "I"), ("Deducciones personales", "D"))
_PREFERRED = "G03"


@dataclass(frozen=True, slots=True)
class Choice:
    """An `<option>`; `only_for` are the pairs of person and régimen that allow it, as the script reads them."""

    value: str
    label: str
    only_for: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    """An `<optgroup>`; `person` when only one kind of person may choose from it."""

    label: str
    choices: tuple[Choice, ...]
    person: str = ""


def regimen_label(key: str) -> str:
    return f"{REGIMENES[key]} ({key})" if key in REGIMENES else key


def uso_label(key: str) -> str:
    return f"{USOS[key]} ({key})" if key in USOS else key


def person_of(rfc: str) -> Person | None:
    """The kind of person that an RFC of the right length belongs to."""
    clean = normalize(rfc)
    return person(clean) if len(clean) in {12, 13} else None


def regimen_groups(rfc: str, chosen: str) -> tuple[ChoiceGroup, ...]:
    """The régimen list: both groups until the RFC says whose it is. A `chosen` one never gets lost."""
    known = person_of(rfc)
    groups = [_regimenes_of(kind) for kind in PERSONS]
    own = [group for group in groups if group.person == known]
    keeps_chosen = not chosen or any(choice.value == chosen for group in own for choice in group.choices)
    return tuple(own if own and keeps_chosen else groups)


def uso_groups(regimen: str, rfc: str, chosen: str) -> tuple[ChoiceGroup, ...]:
    """The uso list: everything until régimen and RFC say what is allowed."""
    allowed = allowed_usos(regimen, rfc) | {chosen}
    groups = []
    for label, initials in _USO_GROUPS:
        choices = tuple(_uso_choice(key) for key in USOS if key[0] in initials and key in allowed)
        groups += [ChoiceGroup(label, choices)] if choices else []
    return tuple(groups)


def allowed_usos(regimen: str, rfc: str) -> frozenset[str]:
    """The offered usos that régimen and kind of person allow, all of them while the régimen is unknown."""
    if regimen not in REGIMENES:
        return frozenset(USOS)
    known = person_of(rfc)
    persons: Iterable[Person] = (known,) if known else PERSONS
    return frozenset(key for kind in persons for key in usos_for(regimen, kind) if key in USOS)


def default_uso(regimen: str, rfc: str) -> str:
    """ "Gastos en general" where it is allowed, else the first that is."""
    allowed = allowed_usos(regimen, rfc)
    return next((key for key in USOS if key in allowed), _PREFERRED)


def _regimenes_of(kind: Person) -> ChoiceGroup:
    common = _MOST_COMMON[kind]
    keys = sorted(
        (key for key in regimenes_for(kind) if key in REGIMENES),
        key=lambda key: (common.index(key) if key in common else len(common), key),
    )
    return ChoiceGroup(PERSONS[kind], tuple(Choice(key, regimen_label(key)) for key in keys), kind)


def _uso_choice(key: str) -> Choice:
    pairs = (f"{kind}-{regimen}" for kind in PERSONS for regimen in REGIMENES if key in usos_for(regimen, kind))
    return Choice(key, uso_label(key), " ".join(pairs))
