"""Single values of a CFDI as Facturapi writes them."""

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from hub.plugin import DataError

_CENT = Decimal("0.01")


def whole_number(text: str, what: str) -> int:
    """A number without letters; DataError for anything else."""
    if not text.isascii() or not text.isdecimal() or str(int(text)) != text:
        raise DataError(f"Facturapi takes whole numbers only as {what}, not {text!r}", field=what)
    return int(text)


def in_utc(local: str, zone: ZoneInfo) -> str:
    """A date of the CFDI, which is local time, as Facturapi wants it; DataError if it is no date."""
    try:
        return datetime.fromisoformat(local).replace(tzinfo=zone).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    except (ValueError, OverflowError) as error:
        raise DataError(f"{local!r} is no date", field="Fecha") from error


def cents(amount: Decimal) -> Decimal:
    """Rounded half up."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


def is_near(written: Decimal, computed: Decimal) -> bool:
    """Equal but for a cent: SAT lets amounts be rounded differently within that."""
    return abs(written - computed) <= _CENT


def follows(written: Decimal, computed: Decimal, what: str) -> None:
    """The amount that the CFDI says follows from the others, but for a cent.

    Raises:
        DataError: it does not.
    """
    if not is_near(written, computed):
        raise DataError(f"Facturapi would compute {computed:.6f} as {what}, and the CFDI says {written}", field=what)
