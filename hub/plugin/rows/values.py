"""Text of a cell -> value. Each function raises ValueError with words for whoever keeps the file."""

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from ..money import rounded
from .columns import plain

# No group of thousands starts with a zero: 0.500 is a half.
THOUSANDS = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?")
DOTTED_THOUSANDS = re.compile(r"[1-9]\d{0,2}(\.\d{3})+")
COMMA = re.compile(r"([1-9]\d{0,2}(\.\d{3})+|\d+),\d+")
DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2}|[a-z]{3,10})\.?[/.-](\d{4})(?:[ t]+(.*))?")
MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
SERIAL = re.compile(r"[1-9]\d{4}(\.\d+)?")
FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 (the caller adds the zone)
# A day without a time is told as noon: no Mexican time zone makes another day of it.
NOON = time(12)

FORMA_PAGO = {
    "efectivo": "01",
    "cash": "01",
    "cheque": "02",
    "transferencia": "03",
    "transferenciaelectronica": "03",
    "spei": "03",
    "tarjetadecredito": "04",
    "tarjetacredito": "04",
    "credito": "04",
    "tc": "04",
    "tdc": "04",
    "monedero": "05",
    "monederoelectronico": "05",
    "vales": "08",
    "valesdedespensa": "08",
    "tarjetadedebito": "28",
    "tarjetadebito": "28",
    "debito": "28",
    "td": "28",
    "tdd": "28",
    "tarjetadeservicios": "29",
}
YES = frozenset({"si", "s", "x", "1", "true", "verdadero", "yes", "exento"})
NO = frozenset({"", "no", "n", "0", "false", "falso"})
LINE_KINDS = {
    "producto": "product",
    "product": "product",
    "servicio": "product",
    "envio": "shipping",
    "shipping": "shipping",
    "comision": "fee",
    "cargo": "fee",
    "fee": "fee",
    "propina": "tip",
    "tip": "tip",
}


def number(text: str, *, decimal_comma: bool) -> Decimal:
    """`$1,160.00`, `1.160,00`, `(522.00)`, `43,2`: the mark that comes last is the decimal one."""
    bare = _bare(text)
    negative = bare.startswith(("-", "(")) or bare.endswith("-")
    digits = _with_point(bare_digits(text), decimal_comma=decimal_comma)
    if not re.fullmatch(r"\d+(\.\d*)?|\.\d+", digits):
        raise ValueError(f"{text!r} is not a number")
    try:
        value = Decimal(digits)
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is not a number") from error
    return -value if negative else value


def bare_digits(text: str) -> str:
    """`$ -1,160.00 MXN` -> `1,160.00`: without currency, spaces and sign."""
    return _bare(text).strip("()+-")


def _bare(text: str) -> str:
    return re.sub(r"(?i)mxn|[\s$\u00a0]", "", text)


def _with_point(digits: str, *, decimal_comma: bool) -> str:
    if not decimal_comma and THOUSANDS.fullmatch(digits):
        return digits.replace(",", "")
    if COMMA.fullmatch(digits):
        return digits.replace(".", "").replace(",", ".")
    if decimal_comma and DOTTED_THOUSANDS.fullmatch(digits):
        return digits.replace(".", "")
    return digits


def moment(text: str, zone: ZoneInfo, date_format: str) -> datetime:
    """`20/11/2026 11:52`, `20-nov-2026`, ISO, a spreadsheet's day number, or the configured format.

    A time without a zone is of `zone`.
    """
    found = _serial(text) or (_by_format(text, date_format) if date_format else _day_first(text) or _iso(text))
    if found is None:
        wanted = date_format or "dd/mm/yyyy or yyyy-mm-dd"
        raise ValueError(f"{text!r} is not a date as {wanted}")
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _serial(text: str) -> datetime | None:
    """Days since 1899-12-30, as spreadsheets keep dates; five digits are the years 1927 to 2173."""
    if not SERIAL.fullmatch(text):
        return None
    days, _, fraction = text.partition(".")
    found = FIRST_DAY + timedelta(days=int(days))
    seconds = rounded(Decimal(f"0.{fraction or 0}") * 86_400, 0)
    return found + timedelta(seconds=int(seconds)) if fraction else datetime.combine(found, NOON)


def _by_format(text: str, date_format: str) -> datetime | None:
    try:
        found = datetime.strptime(text, date_format)  # noqa: DTZ007 (the caller adds the zone)
    except ValueError:
        return None
    return found if "%H" in date_format or "%I" in date_format else datetime.combine(found, NOON)


def _day_first(text: str) -> datetime | None:
    match = DAY_FIRST.fullmatch(text.strip().casefold())
    if match is None:
        return None
    day, month, year, clock = match.groups()
    if not month.isdigit():
        month = str(MONTHS.index(month[:3]) + 1) if month[:3] in MONTHS else "0"
    try:
        return datetime.combine(datetime(int(year), int(month), int(day)), _clock(clock))  # noqa: DTZ001 (as above)
    except ValueError:
        return None


def _clock(text: str | None) -> time:
    if not text:
        return NOON
    match = re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([ap])?\.?\s*(?:m\.?)?", text.strip())
    if match is None:
        raise ValueError(text)
    hour, minute, second, half = match.groups()
    shifted = int(hour) % 12 + (12 if half == "p" else 0) if half else int(hour)
    return time(shifted, int(minute), int(second or 0))


def _iso(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return datetime.combine(found, NOON) if len(text.strip()) == 10 else found


def forma_pago(text: str, own: Mapping[str, str] | None = None) -> str:
    """`04`, `4`, `03 Transferencia`, `Tarjeta de crédito`, `TC` -> the code of c_FormaPago.

    `own` are the operator's words, which go before all others.
    """
    word = plain(text)
    named = next((code for key, code in (own or {}).items() if plain(key) == word), "")
    if named:
        return named
    code = re.match(r"\d{1,2}(?!\d)", text)
    if code:
        return code.group().zfill(2)
    try:
        return FORMA_PAGO[word]
    except KeyError:
        raise ValueError(
            f"{text!r} is no form of payment; write SAT's code, such as 01, 03, 04 or 28, or name it in formas_pago"
        ) from None


def yes(text: str) -> bool:
    """Whether a cell says yes."""
    word = plain(text)
    if word not in YES | NO:
        raise ValueError(f"{text!r} is neither yes nor no; write si or no")
    return word in YES


def rate(text: str, *, decimal_comma: bool) -> Decimal:
    """`16`, `16%` or `0.16` -> 0.16."""
    percent = "%" in text
    value = number(text.replace("%", ""), decimal_comma=decimal_comma)
    return value / 100 if percent or value >= 1 else value


def leading_code(text: str, pattern: str) -> str:
    """`601 - General de Ley` -> `601`; text that starts with no code stays as it is."""
    found = re.match(pattern, text.strip().upper())
    return found.group() if found else text
