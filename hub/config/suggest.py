"""Did you mean ...?"""

import difflib
from collections.abc import Iterable


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like this one, or None if none is alike."""
    by_folded = {name.casefold().replace("-", "_"): name for name in known}
    found = difflib.get_close_matches(word.casefold().replace("-", "_"), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean `principal`?`, or nothing."""
    found = closest(word, known)
    return f"; did you mean `{found}`?" if found else ""
