"""Régimen and uso as the form offers them: grouped for people, limited to what SAT allows together."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from hub.sat.regimen_uso import regimenes_for, usos_for
from hub.sat.rfc import Person, normalize, person

PERSONS: dict[Person, str] = {"fisica": "Persona física", "moral": "Empresa"}

REGIMENES: dict[str, str] = {option.key: option.label for kind in PERSONS for option in regimenes_for(kind)}

_NOT_FOR_A_SALE = frozenset({"G02"})
"""Returns and discounts: the shop's credit notes carry it, no buyer asks for it here."""

_TYPICAL_REGIMEN = "612"
"""Allows nearly every uso, in the order that suits most buyers."""

USOS: dict[str, str] = {
    option.key: option.label
    for kind in PERSONS
    for regimen in (_TYPICAL_REGIMEN, *REGIMENES)
    for option in usos_for(regimen, kind)
    if option.key not in _NOT_FOR_A_SALE
}

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


@dataclass(frozen=True, slots=True)
class Choices:
    """A `<select>`: what is offered now, and everything that the script may offer when the RFC changes."""

    offered: tuple[ChoiceGroup, ...]
    every: tuple[ChoiceGroup, ...]


def regimen_label(key: str) -> str:
    return f"{REGIMENES[key]} · {key}" if key in REGIMENES else key


def uso_label(key: str) -> str:
    return f"{USOS[key]} · {key}" if key in USOS else key


def person_of(rfc: str) -> Person | None:
    """The kind of person that an RFC of the right length belongs to."""
    clean = normalize(rfc)
    return person(clean) if len(clean) in {12, 13} else None


def regimen_choices(rfc: str, chosen: str) -> Choices:
    """The régimen list: both groups until the RFC says whose it is. A `chosen` one never gets lost."""
    known = person_of(rfc)
    groups = tuple(_regimenes_of(kind) for kind in PERSONS)
    own = tuple(group for group in groups if group.person == known)
    keeps_chosen = not chosen or any(choice.value == chosen for group in own for choice in group.choices)
    return Choices(own if own and keeps_chosen else groups, groups)


def uso_choices(regimen: str, rfc: str, chosen: str) -> Choices:
    """The uso list: everything until régimen and RFC say what is allowed."""
    return Choices(_uso_groups(allowed_usos(regimen, rfc) | {chosen}), _uso_groups(frozenset(USOS)))


def allowed_usos(regimen: str, rfc: str) -> frozenset[str]:
    """The offered usos that régimen and kind of person allow; all of them while these say nothing (yet)."""
    known = person_of(rfc)
    persons: Iterable[Person] = (known,) if known else PERSONS
    allowed = frozenset(option.key for kind in persons for option in usos_for(regimen, kind)) & USOS.keys()
    return allowed or frozenset(USOS)


def default_uso(regimen: str, rfc: str) -> str:
    """G03 where it is allowed, else the usual one of the régimen."""
    allowed = allowed_usos(regimen, rfc)
    usual = (option.key for kind in PERSONS for option in usos_for(regimen, kind))
    return _PREFERRED if _PREFERRED in allowed else next(key for key in usual if key in allowed)


@cache
def _regimenes_of(kind: Person) -> ChoiceGroup:
    choices = tuple(Choice(option.key, regimen_label(option.key)) for option in regimenes_for(kind))
    return ChoiceGroup(PERSONS[kind], choices, kind)


def _uso_groups(keys: frozenset[str]) -> tuple[ChoiceGroup, ...]:
    listed = (
        ChoiceGroup(label, tuple(_uso_choice(key) for key in USOS if key[0] in initials and key in keys))
        for label, initials in _USO_GROUPS
    )
    return tuple(group for group in listed if group.choices)


@cache
def _uso_choice(key: str) -> Choice:
    pairs = (f"{kind}-{regimen}" for kind in PERSONS for regimen in REGIMENES if _allows(regimen, key, kind))
    return Choice(key, uso_label(key), " ".join(pairs))


def _allows(regimen: str, uso: str, kind: Person) -> bool:
    return any(option.key == uso for option in usos_for(regimen, kind))
