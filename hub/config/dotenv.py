"""The `.env` file beside a configuration: `NAME=value` lines, `#` comments, optional quotes and `export`."""

import re
from collections.abc import Mapping
from pathlib import Path

_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")


def read_dotenv(path: Path) -> Mapping[str, str] | None:
    """The variables of the file, or None if there is no readable file. Lines of another form are skipped."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    found = (_LINE.fullmatch(line.strip()) for line in text.splitlines())
    return {match[1]: _value(match[2].strip()) for match in found if match}


def _value(text: str) -> str:
    quote = text[:1]
    if quote in {"'", '"'} and len(text) > 1:
        end = text.find(quote, 1)
        return text[1:end] if end > 0 else text
    return re.sub(r"\s+#.*$", "", text)
