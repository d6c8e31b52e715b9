"""Regular expressions with possessive groups, which Python before 3.11.5 matches wrongly (python/cpython#106052).

There the groups are written as ordinary ones: the same language, only slower to refuse.
"""

import re

_found = re.match("(?:ab?c)++", "aca")
IS_RIGHT = _found is not None and _found[0] == "ac"
"""Whether this Python matches them rightly."""
_POSSESSIVE_GROUP = re.compile(r"\)([*+?]|\{[0-9,]+\})\+")


def compiled(pattern: str, *, is_right: bool = IS_RIGHT) -> re.Pattern[str]:
    """The pattern, with possessive groups only where they work."""
    return re.compile(pattern if is_right else _POSSESSIVE_GROUP.sub(r")\1", pattern))
