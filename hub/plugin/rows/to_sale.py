"""One record (the rows of one id) -> sale or refund. Pure."""

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from ..errors import DataError
from ..sale import Buyer, Ignored, Movement, Record, Refund, Sale
from . import values
from .columns import FieldName, plain
from .config import RowsConfig
from .line import in_one_basis, priced, total_of
from .row import Row, rows_of

T = TypeVar("T")

# What must be the same in every row of one sale.
SHARED: tuple[FieldName, ...] = ("status", "currency", "exchange_rate", "forma_pago", "rfc", "reference")


READ_AGAIN = "correct it where it is kept; it is read again"


def to_sale(record: Record, config: RowsConfig, hint: str = READ_AGAIN) -> Movement:
    """Map one record that `grouped` made. Pure.

    Args:
        record: its rows, and how their headers map.
        config: the source's.
        hint: what whoever keeps the table does about a wrong cell.

    Raises:
        DataError: with the row and the column at fault.
    """
    file, sheet = record.get("file", ""), record.get("sheet", "")
    kept = ", ".join(filter(None, (file, f"sheet {sheet}" if sheet else "")))
    if "problem" in record:
        raise DataError(f"{kept}: {record['problem']}" if kept else record["problem"], hint=hint)
    rows, place = rows_of(record, hint), f"{kept}, " if kept else ""
    try:
        return _movement(record, rows, config)
    except DataError as error:
        raise DataError(f"{place}{error}", hint=error.hint, field=error.field) from error
    except ValidationError as error:
        raise DataError(f"{place}{_where(error, rows)}", hint=hint) from error


def _movement(record: Record, rows: list[Row], config: RowsConfig) -> Movement:
    identifier, zone = record["id"], ZoneInfo(record.get("timezone") or config.timezone)
    for field in SHARED if len(rows) > 1 else ():
        _agree(rows, field)
    status = _first(rows, "status")
    refunded = _after_prefix(status, config.refund_prefix)
    if refunded is not None:
        return _refund(identifier, refunded, rows, config, zone)
    if status and plain(status) not in {plain(word) for word in config.paid_statuses}:
        return Ignored(f"{_named(identifier, rows)}: the status is {status!r}, not one of those that mean paid")
    return _sale(identifier, rows, config, zone)


def _named(identifier: str, rows: list[Row]) -> str:
    where = rows[0].where
    return f"{identifier} ({where})" if where != identifier else identifier


def _sale(identifier: str, rows: list[Row], config: RowsConfig, zone: ZoneInfo) -> Sale | Ignored:
    lines, prices_include_tax = in_one_basis([priced(row, config) for row in rows])
    total = sum((line.total for line in lines), Decimal(0))
    if not total:
        return Ignored(f"{_named(identifier, rows)}: no money moved")
    return Sale(
        id=identifier,
        sold_at=_moment(rows, config, zone),
        currency=_currency(rows, config),
        total=total,
        lines=lines,
        prices_include_tax=prices_include_tax,
        reference=_first(rows, "reference") or identifier,
        forma_pago=_parsed(rows, "forma_pago", lambda text: values.forma_pago(text, config.formas_pago)),
        exchange_rate=next((rate for row in rows if (rate := row.amount("exchange_rate"))), None),
        buyer=_buyer(rows),
    )


def _refund(identifier: str, sale_id: str, rows: list[Row], config: RowsConfig, zone: ZoneInfo) -> Refund:
    if not sale_id:
        raise rows[0].error("status", f"the id of the sale must follow {config.refund_prefix!r}")
    totals = [total_of(row) for row in rows]
    if min(totals) < 0 < max(totals):
        raise rows[0].error("total", "the rows of one refund have different signs")
    return Refund(
        id=identifier,
        sale_id=sale_id,
        refunded_at=_moment(rows, config, zone),
        currency=_currency(rows, config),
        amount=abs(sum(totals, Decimal(0))),
        reason=rows[0].text("description"),
    )


def _buyer(rows: list[Row]) -> Buyer:
    return Buyer(
        rfc=re.sub(r"[\s\-.]", "", _first(rows, "rfc")).upper() or None,
        nombre=_first(rows, "nombre") or None,
        # Excel drops leading zeros of numbers: 01000 comes as 1000.
        codigo_postal=_first(rows, "codigo_postal").zfill(5) if _first(rows, "codigo_postal") else None,
        regimen_fiscal=values.leading_code(_first(rows, "regimen_fiscal"), r"\d{3}") or None,
        uso_cfdi=values.leading_code(_first(rows, "uso_cfdi"), r"[A-Z]{1,2}\d{2}") or None,
        email=_first(rows, "email") or None,
    )


def _moment(rows: list[Row], config: RowsConfig, zone: ZoneInfo) -> datetime:
    found = _parsed(rows, "sold_at", lambda text: values.moment(text, zone, config.date_format))
    if found is None:
        raise rows[0].error("sold_at", "the cell is empty")
    return found


def _currency(rows: list[Row], config: RowsConfig) -> str:
    return _first(rows, "currency").upper() or config.currency


def _first(rows: list[Row], field: FieldName) -> str:
    return next((text for row in rows if (text := row.text(field))), "")


def _parsed(rows: list[Row], field: FieldName, parse: Callable[[str], T]) -> T | None:
    return next((row.parsed(field, parse) for row in rows if row.text(field)), None)


def _agree(rows: list[Row], field: FieldName) -> None:
    said = {plain(text): row for row in rows if (text := row.text(field))}
    if len(said) > 1:
        first, second, *_ = said.values()
        raise second.error(
            field, f"{second.text(field)!r}, but {first.where} of the same id says {first.text(field)!r}"
        )


def _after_prefix(status: str, prefix: str) -> str | None:
    folded = _folded(status)
    return status[len(prefix) :].strip() if folded.startswith(_folded(prefix)) else None


def _folded(text: str) -> str:
    # Letter by letter, so that positions stay those of the text.
    return "".join(unicodedata.normalize("NFD", char)[0] for char in text).lower()


def _where(error: ValidationError, rows: list[Row]) -> str:
    first = error.errors()[0]
    places = ", ".join(row.where for row in rows)
    return f"{places}, {'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
