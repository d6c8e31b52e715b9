"""Spanish words as they compare: without accents, case and punctuation."""

import re
import unicodedata

_MARKS = dict.fromkeys(range(0x0300, 0x0370))
_NOT_WORDS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Lower case without accents, words parted by one blank: `Situación  del` is `situacion del`. Ñ becomes n."""
    plain = text.lower()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain).translate(_MARKS)
    return _NOT_WORDS.sub(" ", plain).strip()
