"""What becomes of each code of SAT's two matrices: which the rules find, and why the others are not theirs to find."""

from dataclasses import dataclass
from enum import StrEnum

from hub.cfdi.rules import reasons, reasons_pagos
from hub.cfdi.rules.codes import CODES, Code


class Treatment(StrEnum):
    """Who finds that a document breaks the rule of a code."""

    RULE = "rule"
    """A function of `hub.cfdi.rules`, before the document is sealed."""
    LIST = "list"
    """The PAC alone: it has SAT's lists of taxpayers and their marks."""
    SCHEMA = "schema"
    """SAT's schema, which answers with code 301; the rules of `hub.cfdi.rules.shape` hold it too."""
    IMPOSSIBLE = "impossible"
    """Nobody: the hub's documents cannot break it."""
    DORMANT = "dormant"
    """Nobody yet: SAT has not put the procedure in force."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A code of the matrix. `why` says why it is not a rule's, or what a rule cannot know; empty if it knows all."""

    code: Code
    treatment: Treatment
    why: str = ""


_SOLD_ABROAD = "the hub's documents carry no Comercio Exterior"
_CONFIRMACION = "SAT has not put the procedure of Confirmacion in force"
_PRODUCT = "only the catalogs that `hub catalogs update` installs say it"
_PEDIMENTO = "which customs offices, patents and numbers exist changes every week: an older list would refuse new ones"
_MARKED = "SAT's mark of the issuer in l_RFC is shown to PACs only"
_NOT_A_RULE: dict[str, tuple[Treatment, str]] = {
    "40102": (Treatment.IMPOSSIBLE, "the Sello is made of the bytes that are sent; `verify_seal` tells of any other"),
    "40118": (Treatment.DORMANT, _CONFIRMACION),
    "40120": (Treatment.DORMANT, _CONFIRMACION),
    "40128": (Treatment.DORMANT, _CONFIRMACION),
    "40129": (Treatment.DORMANT, _CONFIRMACION),
    "40139": (Treatment.LIST, "the name of an RFC is in l_RFC"),
    "40145": (Treatment.LIST, "the name of an RFC is in l_RFC"),
    "40148": (Treatment.LIST, "the CP of an RFC is in l_RFC"),
    "40156": (Treatment.IMPOSSIBLE, "a NumRegIdTrib of any form is refused before, by CFDI40155"),
    "40173": (Treatment.IMPOSSIBLE, "the node is written only if there is a tax in it"),
    "40195": (Treatment.IMPOSSIBLE, _SOLD_ABROAD),
    "40200": (Treatment.IMPOSSIBLE, _SOLD_ABROAD),
    "40222": (Treatment.IMPOSSIBLE, _SOLD_ABROAD),
    "40999": (Treatment.SCHEMA, "what SAT does not classify is what its schema demands"),
    "140224": (Treatment.LIST, _MARKED),
    "140225": (Treatment.LIST, _MARKED),
    "CRP20216": (Treatment.DORMANT, _CONFIRMACION),
    "CRP20220": (Treatment.DORMANT, _CONFIRMACION),
    "CRP20222": (Treatment.LIST, "the RFC of banks are in l_RFC"),
    "CRP20248": (Treatment.IMPOSSIBLE, "the node is written only if there is a tax in it"),
    "CRP20275": (Treatment.IMPOSSIBLE, "the limits are computed from ImpPagado itself, which always lies within"),
}
_PARTLY = {
    "40106": "whether the CSD is in force is in the LCO",
    "40138": "whether anybody has the name is in l_RFC",
    "40142": "whether it is the number of an operation only SAT knows",
    "40143": "whether the RFC is registered is in l_RFC",
    "40144": "whether anybody has the name is in l_RFC",
    "40163": f"{_PRODUCT}; whether it is the right complement the PAC sees",
    "40164": _PRODUCT,
    "40187": "whether the RFC may issue is in the LCO",
    "40189": "whether anybody has the name is in l_RFC",
    "40190": "the name of an RFC is in l_RFC; the one of EXT990101NI1 is known",
    "40192": "whether the CP is anybody's is in l_RFC",
    "40193": "the CP of an RFC is in l_RFC; the one of EXT990101NI1 is known",
    "40194": _PEDIMENTO,
    "40199": _PEDIMENTO,
}


def matrix() -> tuple[Entry, ...]:
    """Every code of the Matrices de errores of CFDI 4.0 and Pagos 2.0, in SAT's order."""
    return tuple(_entry(number) for number in (*reasons.REASONS, *reasons_pagos.REASONS))


def _entry(number: str) -> Entry:
    treatment, why = _NOT_A_RULE.get(number, (Treatment.RULE, _PARTLY.get(number, "")))
    return Entry(CODES[number], treatment, why)
