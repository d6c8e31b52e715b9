"""Finding a ClaveProdServ or ClaveUnidad by the words people use: any accents, case and number, best first.

The index of a catalog is made at its first question and again when another edition is put in force.
"""

import math
import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from hub.sat import catalogs
from hub.sat.edition import Edition
from hub.sat.everyday import UNITS, USUAL, WORDS
from hub.sat.fold import fold

_EMPTY = frozenset(
    ["a", "al", "con", "de", "del", "el", "en", "la", "lo", "o", "para", "por", "se", "sin", "su", "un", "y"]
)
_SHORTEST_PREFIX = 3
_LONGEST_QUERY = 12
_SIMILAR, _EVERYDAY, _BEGINNING = 0.85, 0.9, 0.7
"""How much a word counts that only SAT's similar words have, that stands for another, or that is only a beginning."""
_SAME, _USUAL, _GENERIC, _COMMON = 0.5, 1.0, 0.05, 0.35
"""What a row gains for being exactly what was asked, the usual key of it, a class that covers much, a common unit."""
_BESIDE = 0.2
"""How much of that the usual key keeps if the thing is not what the question begins with: *funda* para celular."""
_OPENINGS = frozenset(["compra", "pago", "servicio", "venta"])
"""Words before the thing itself, as in *venta de* playeras."""
_COMMON_UNITS = frozenset(
    [
        "ACT",
        "DAY",
        "E48",
        "GRM",
        "H87",
        "HUR",
        "KGM",
        "LTR",
        "MON",
        "MTK",
        "MTR",
        "PR",
        "SET",
        "TNE",
        "XBG",
        "XBO",
        "XBX",
        "XPK",
        "XRO",
    ]
)
_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A key with SAT's description. `score`: 1 for the same words down to 0; comparable within one answer only."""

    key: str
    description: str
    score: float


def suggest_product(words: str, limit: int = 10) -> tuple[Suggestion, ...]:
    """Keys of c_ClaveProdServ for a product or service, best first; empty if no word is known."""
    return _suggest("ClaveProdServ", words, limit)


def suggest_unit(words: str, limit: int = 10) -> tuple[Suggestion, ...]:
    """Keys of c_ClaveUnidad for a unit (`pieza`, `kilos`), best first."""
    return _suggest("ClaveUnidad", words, limit)


def tokens(text: str) -> tuple[str, ...]:
    """Its telling words: folded, singular, without articles and prepositions; all words if there are no others."""
    return _telling(fold(text))


def _telling(folded: str) -> tuple[str, ...]:
    found = [singular(word) for word in folded.split()]
    return tuple([word for word in found if word not in _EMPTY] or found)


@lru_cache(65536)
def singular(word: str) -> str:
    """One form for a folded word's singular and plural: `luces` and `luz`, `pantalones` and `pantalon`."""
    if len(word) > 4 and word.endswith("ces"):
        return word[:-3] + "z"
    if len(word) > 4 and word.endswith("es") and word[-3] not in "aeiou":
        return word[:-2]
    if len(word) > 3 and word.endswith("s"):
        word = word[:-1]
    # `guantes` lost its -es, so `guante` must lose its -e.
    return word[:-1] if len(word) > 4 and word.endswith("e") and word[-2] not in "aeiou" else word


@dataclass(slots=True)
class _Index:
    """Descriptions by word. `words`: word -> {row: weight}; `sorted_words` for beginnings."""

    everyday: Mapping[str, tuple[tuple[str, ...], ...]]
    usual: tuple[tuple[frozenset[str], tuple[str, ...]], ...]
    keys: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    folded: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    words: dict[str, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    sorted_words: list[str] = field(default_factory=list)

    def usual_keys(self, asked: tuple[str, ...]) -> dict[str, float]:
        """The usual keys of what is among the words, with what they gain: most if the whole question is it."""
        gains: dict[str, float] = {}
        first = next((word for word in asked if word not in _OPENINGS), "")
        for thing, keys in self.usual:
            if thing.issubset(asked):
                meant = 1.0 if first in thing else _BESIDE
                for place, key in enumerate(keys):
                    gain = _USUAL * meant * (0.5 + 0.5 * len(thing) / len(asked)) - 0.01 * place
                    gains[key] = max(gains.get(key, 0.0), gain)
        return gains

    def weight(self, word: str) -> float:
        """Rare words tell more (inverse document frequency)."""
        return math.log(1 + len(self.keys) / (1 + len(self.words.get(word, ()))))

    def matches(self, word: str) -> dict[int, float]:
        """Rows that have the word, as itself, in other words or as its beginning, and how well (0-1)."""
        found = dict(self.words.get(word, {}))
        for alternative in self.everyday.get(word, ()):
            for row in self._having_all(alternative):
                found[row] = max(found.get(row, 0.0), _EVERYDAY)
        if not found and len(word) >= _SHORTEST_PREFIX:
            for longer in self._beginning_with(word):
                for row, how_well in self.words[longer].items():
                    found[row] = max(found.get(row, 0.0), how_well * _BEGINNING)
        return found

    def _having_all(self, words: tuple[str, ...]) -> set[int]:
        rows = [self.words.get(word, {}).keys() for word in words]
        return set(rows[0]).intersection(*rows[1:])

    def _beginning_with(self, start: str) -> Iterator[str]:
        for at in range(bisect_left(self.sorted_words, start), len(self.sorted_words)):
            if not self.sorted_words[at].startswith(start):
                return
            yield self.sorted_words[at]


def _suggest(catalog: str, words: str, limit: int) -> tuple[Suggestion, ...]:
    index = _index_of(catalog)
    asked = tuple(dict.fromkeys(tokens(words)))[:_LONGEST_QUERY]
    scores = _scores(index, asked)
    same = fold(words)
    for row in scores:
        if same in {index.folded[row], index.keys[row].lower()}:
            scores[row] += _SAME
    ranked = sorted(scores.items(), key=lambda found: (-found[1], index.sizes[found[0]], index.keys[found[0]]))
    best = max(ranked[0][1], 1.0) if ranked else 1.0
    return tuple(
        Suggestion(index.keys[row], index.texts[row], round(score / best, 4)) for row, score in ranked[: max(limit, 0)]
    )


def _scores(index: _Index, asked: tuple[str, ...]) -> dict[int, float]:
    weights = [index.weight(word) for word in asked]
    whole = sum(weights) or 1.0
    scores: dict[int, float] = defaultdict(float)
    matched: dict[int, int] = defaultdict(int)
    for word, weight in zip(asked, weights, strict=True):
        for row, how_well in index.matches(word).items():
            scores[row] += how_well * weight / whole
            matched[row] += 1
    for row, score in scores.items():
        # Of two rows with the same words, the one that says little else is meant.
        said = min(1.0, matched[row] / index.sizes[row])
        scores[row] = score * (0.6 + 0.4 * said) + _of_its_own(index.keys[row])
    for key, gain in index.usual_keys(asked).items():
        for row in index.words.get(key, ()):
            scores[row] += gain
    return scores


def _of_its_own(key: str) -> float:
    if key in _COMMON_UNITS:
        return _COMMON
    return _GENERIC if key.endswith("00") else 0.0


def _index_of(catalog: str) -> _Index:
    with _LOCK:
        return _made(catalog, catalogs.edition())


@lru_cache(2)
def _made(catalog: str, edition: Edition) -> _Index:
    del edition  # names which rows these are
    words, usual = (UNITS, {}) if catalog == "ClaveUnidad" else (WORDS, USUAL)
    index = _Index(
        everyday={tokens(word)[0]: tuple(map(tokens, others)) for word, others in words.items()},
        usual=tuple((frozenset(tokens(thing)), keys) for thing, keys in usual.items()),
    )
    for key, value, similar in sorted(catalogs.entries(catalog)):
        _add(index, key, str(value), similar)
    index.sorted_words = sorted(index.words)
    return index


def _add(index: _Index, key: str, text: str, similar: str) -> None:
    row = len(index.keys)
    folded = fold(text)
    own = _telling(folded)
    index.folded.append(folded)
    index.keys.append(key)
    index.texts.append(text)
    index.sizes.append(max(len(own), 1))
    for word in tokens(similar) if similar else ():
        index.words[word][row] = _SIMILAR
    for word in own:
        index.words[word][row] = 1.0
    index.words[key.lower()][row] = 1.0
