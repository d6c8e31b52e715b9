"""The name as SAT has it: upper case, without régimen de capital (CFDI40144, CFDI40145).

Nothing is replaced silently: `proposals` gives forms to try or to offer, the buyer's own words stay with the caller.
"""

import re
import unicodedata

_SPACE = re.compile(r"\s+")
_ACCENTS = str.maketrans("ÁÉÍÓÚÜ", "AEIOUU")
# Whole trailing words only, longest first: "SA DE CV" must not leave "SA" behind.
_REGIMENES_DE_CAPITAL = (
    "S EN C POR A DE CV",
    "S EN C POR A",
    "S DE RL DE CV",
    "S DE RL MI",
    "S DE PR DE RL",
    "S EN C DE CV",
    "S EN NC DE CV",
    "SAPI DE CV",
    "SAPIB DE CV",
    "SAB DE CV",
    "SAS DE CV",
    "SPR DE RL",
    "SC DE RL DE CV",
    "SC DE RL",
    "SC DE CV",
    "SA DE CV",
    "S DE RL",
    "S EN NC",
    "S EN C",
    "SOFOM ENR",
    "SOFOM ER",
    "SAPIB",
    "SAPI",
    "SAB",
    "SAS",
    "SCP",
    "SC",
    "SA",
    "AC",
    "IAP",
    "ABP",
)


def normalize(typed: str) -> str:
    """Composed Unicode, upper case, single blanks. Accents, Ñ, & and punctuation stay as typed."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", typed)).strip().upper()


def without_regimen_de_capital(nombre: str) -> str:
    """A company's normalised name without its legal form, however it is dotted: `S.A. de C.V.`, `S. DE R.L.`."""
    for ending in _ENDINGS:
        if found := ending.search(nombre):
            return nombre[: found.start()].rstrip(" ,.") or nombre
    return nombre


def without_accents(nombre: str) -> str:
    """Without Á É Í Ó Ú Ü, which SAT's registry mostly lacks; Ñ is a letter of its own and stays."""
    return nombre.translate(_ACCENTS)


def proposals(typed: str, rfc: str) -> tuple[str, ...]:
    """Forms of a typed name to try in order: normalised (a company's without legal form), then without accents."""
    nombre = normalize(typed)
    if len(rfc) == 12:
        nombre = without_regimen_de_capital(nombre)
    return tuple(dict.fromkeys((nombre, without_accents(nombre))))


def _ending(form: str) -> re.Pattern[str]:
    words = (r"\.?\s?".join(word) if word not in ("DE", "EN", "POR") else word for word in form.split())
    return re.compile(r"[\s,]+" + r"\.?,?\s+".join(words) + r"\.?$")


_ENDINGS = tuple(map(_ending, sorted(_REGIMENES_DE_CAPITAL, key=len, reverse=True)))
