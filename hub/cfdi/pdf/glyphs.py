"""Characters that no font has, such as an emoji in a product's name: a page shows a box, PDF/A forbids even that."""

import re
import unicodedata
from collections.abc import Mapping

from hub.cfdi.pdf.errors import TemplateError

_REFUSED = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_BOX = "\N{REPLACEMENT CHARACTER}"


def without_missing(inputs: Mapping[str, str], error: TemplateError) -> dict[str, str]:
    """The same inputs with a box for each character that typst has refused; the XML keeps what was written."""
    refused = "".join(map(_plain, _REFUSED.findall(str(error))))
    boxes = str.maketrans({character: _box(character) for character in refused})
    return {name: text.translate(boxes) for name, text in inputs.items()}


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _box(character: str) -> str:
    # what only joins its neighbours needs no box of its own
    return "" if unicodedata.category(character) == "Cf" else _BOX
