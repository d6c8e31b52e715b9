"""The smallest parts of what is posted to the REST API: exact amounts, moments with a zone, plain text."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator, Field, WithJsonSchema

_AMOUNT = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")
_ADVICE = 'write it as text such as "1160.00" or as a JSON number, without sign of currency or thousands'


def _amount(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError(f"is not an amount; {_ADVICE}")  # noqa: TRY004 (pydantic)
    text = _written(value) if isinstance(value, Decimal) else str(value)
    if not _AMOUNT.fullmatch(text):
        raise ValueError(f"is not an amount of at most 15 digits and 6 decimals; {_ADVICE}")
    return Decimal(text)


def _written(value: Decimal) -> str:
    # 1e999999999 is a short number and a long text.
    return f"{value:f}" if value.is_finite() and -20 < value.adjusted() < 20 else str(value)


def _moment(value: object) -> object:
    if isinstance(value, datetime):
        return value
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError("is not a moment with its zone; write it as 2026-11-20T11:52:31-06:00 or 2026-11-20T17:52:31Z")
    return moment


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError('is not text; write it in quotes, such as "1001"')  # noqa: TRY004 (pydantic)
    text = value.strip()
    if any(not char.isprintable() and char not in "\n\t" for char in text):
        raise ValueError("has control characters; take them out")
    return text


def _switch(value: object) -> object:
    if not isinstance(value, bool):
        raise ValueError("is not true or false; write it without quotes")  # noqa: TRY004 (pydantic)
    return value


_SCHEMA = {
    "anyOf": [{"type": "string", "pattern": f"^{_AMOUNT.pattern}$"}, {"type": "number"}],
    "description": "An exact decimal, as text or as a JSON number, at most 6 decimals.",
}
Amount = Annotated[Decimal, BeforeValidator(_amount), WithJsonSchema(_SCHEMA)]
"""An exact decimal of at most 15 digits and 6 decimals."""
Moment = Annotated[AwareDatetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
"""ISO 8601 with its zone."""
Text = Annotated[str, BeforeValidator(_text)]
"""Text without control characters; blanks around it are dropped."""
Switch = Annotated[bool, BeforeValidator(_switch), WithJsonSchema({"type": "boolean"})]
"""A JSON true or false, never a word."""
Identifier = Annotated[Text, Field(min_length=1, max_length=150, pattern=r"^[^\n\t]*$")]
"""An identifier that the sender chose."""
Currency = Annotated[Text, Field(pattern=r"^[A-Z]{3}$")]
"""ISO 4217."""
FormaPago = Annotated[Text, Field(pattern=r"^\d{2}$")]
"""A code of SAT's c_FormaPago."""
