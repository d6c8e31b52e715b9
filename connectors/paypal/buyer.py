"""The buyer. PayPal has no field for an RFC; shops put it into `custom_id`, 127 characters of their own."""

import json
import re
from collections.abc import Mapping
from typing import Any

from hub.plugin import Record, text_of

_RFC = re.compile(r"[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}", re.IGNORECASE)
_PAIR = re.compile(r"\s*([^=:;|&,]{1,40})\s*[=:]\s*([^;|&,]*)")
_SHORT: Mapping[str, str] = {"reg": "regimen_fiscal", "nombre": "razon_social"}


def typed_in(custom: object) -> dict[str, Any]:
    """What a `custom_id` says: `rfc=...;cp=...;reg=601;uso=G03`, a JSON object, or an RFC alone; else nothing."""
    written = text_of(custom)
    if _RFC.fullmatch(written):
        return {"rfc": written}
    if written.startswith("{"):
        try:
            told = json.loads(written)
        except (ValueError, RecursionError):
            return {}
        return told if isinstance(told, dict) else {}
    pairs = (_PAIR.fullmatch(part) for part in re.split(r"[;|&,]", written))
    return {_SHORT.get(name := pair[1].strip().lower(), name): pair[2].strip() for pair in pairs if pair}


def name_of(payer: Record) -> str:
    """Given name and surname."""
    name = payer.get("name") or {}
    return f"{text_of(name.get('given_name'))} {text_of(name.get('surname'))}".strip()
