"""Text as a CFDI carries it: escaped in attributes, with white space normalised as SAT's XSLT does."""

import re

_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_UNWANTED = re.compile(r"[|\x00-\x20\x7f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")
_PLAIN = bytes(set(range(0x20, 0x100)) - set(b'&<>"\x7f\xed\xef'))  # 0xED, 0xEF begin what XML cannot carry, and more
_SPACE = re.compile(r"[ \t\r\n]+")
_ENTITIES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)


def is_plain(encoded: bytes) -> bool:
    """Whether nothing in a text needs escaping. A `no` may be wrong (Korean, fullwidth forms), a `yes` never is.

    Of UTF-8 (surrogates passed): asking each character whether it is printable takes as long as writing the document.
    """
    return not encoded.translate(None, _PLAIN)


def escape(text: str) -> str:
    """`text` for a double-quoted XML attribute; raises ValueError for characters XML 1.0 cannot carry."""
    if unwritable := _UNWRITABLE.search(text):
        raise ValueError(
            f"XML cannot carry the character {unwritable[0]!r} of {text[:40]!r}; pass the text through clean()"
        )
    return text.translate(_ENTITIES)


def normalize_space(text: str) -> str:
    """XPath's normalize-space(): only blank, tab, CR and LF count as space; a no-break space stays."""
    return _SPACE.sub(" ", text).strip(" ")


def clean(text: str | None, limit: int) -> str:
    """Free text made fit for a CFDI attribute: no control characters, no `|`, single blanks, at most `limit` long."""
    if not text:
        return ""
    if text.isprintable() and len(text) <= limit and "|" not in text and "  " not in text:
        return text.strip()
    return _UNWANTED.sub(" ", text).strip()[:limit].rstrip()
