"""Rows of Airtable -> records: all rows of a sale together, however one of them was found."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hub.plugin import Page, Record, rows

from .api import Airtable
from .asking import both, changed_since, of_rows, of_sales
from .cells import cell_of
from .layout import NEEDED, Layout

PAGE_SIZE = 100
MARGIN = timedelta(minutes=1)
"""Airtable's Date header has whole seconds, and an edit may take a moment to be found."""

Row = dict[str, Any]


def pages(airtable: Airtable, layout: Layout, since: datetime) -> Iterator[Page]:
    """Every sale of which a row changed since then."""
    seen: set[str] = set()
    options: dict[str, Any] = {"formula": both(airtable.config.filter, changed_since(layout, since))}
    if layout.modified:
        options["sort"] = [layout.modified]
    listed = _listed(airtable, layout, options)
    found = next(listed, None)
    while found is not None:
        following = next(listed, None)
        until = _until(airtable, layout, found, last=following is None)
        yield Page(list(_unseen(whole(airtable, layout, found), seen)), until)
        found = following


def of_changed(airtable: Airtable, layout: Layout, keys: Sequence[str]) -> list[Record]:
    """The sales to which these rows belong; rows that are gone, or that the filter leaves out, are nothing."""
    found: list[Row] = []
    for start in range(0, len(keys), PAGE_SIZE):
        asked = both(airtable.config.filter, of_rows(keys[start : start + PAGE_SIZE]))
        found += [row for part in _listed(airtable, layout, {"formula": asked}) for row in part]
    return list(_unseen(whole(airtable, layout, found), set()))


def whole(airtable: Airtable, layout: Layout, found: Sequence[Row]) -> list[Record]:
    """Records of some rows, with the rows of the same sales that were not among them."""
    if not found:
        return []
    return records(airtable, layout, [*found, *_siblings(airtable, layout, found)])


def _siblings(airtable: Airtable, layout: Layout, found: Sequence[Row]) -> Iterator[Row]:
    if not layout.id_column:
        return
    known = {row["id"] for row in found}
    sales = sorted({cell for row in found if isinstance(cell := cell_of(row["fields"].get(layout.id_column)), str)})
    named = [sale for sale in sales if sale]
    if named:
        asked = both(airtable.config.filter, of_sales(layout, named))
        for part in _listed(airtable, layout, {"formula": asked}):
            yield from (row for row in part if row["id"] not in known)


def records(airtable: Airtable, layout: Layout, found: Sequence[Row]) -> list[Record]:
    """Rows -> records. The order of a sale's rows is that of their creation, whatever a view makes of it."""
    ordered = sorted(found, key=lambda row: (row["createdTime"], row["id"]))
    cells = [[cell_of(row["fields"].get(name)) for name in layout.read] for row in ordered]
    header: rows.Cells = list(layout.read)
    table = rows.Table([header, *cells], keys=["", *(row["id"] for row in ordered)])
    changed = {row["id"]: row["fields"].get(layout.modified) for row in ordered}
    content = rows.grouped(table, airtable.config, {}, needed=NEEDED)
    return [_dated(record, changed) for record in content.records]


def _dated(record: Record, changed: dict[str, Any]) -> Record:
    times = [changed[row["key"]] for row in record["rows"]]
    known = [one for one in times if isinstance(one, str)]
    return {**record, "updated_at": max(known)} if known else record


def _listed(airtable: Airtable, layout: Layout, options: dict[str, Any]) -> Iterator[list[Row]]:
    fields = dict.fromkeys([*layout.read, *filter(None, [layout.modified])])
    view = {"view": airtable.config.view} if airtable.config.view else {}
    for part in airtable.table.iterate(fields=list(fields), page_size=PAGE_SIZE, **view, **options):
        yield [dict(row) for row in part]


def _until(airtable: Airtable, layout: Layout, found: Sequence[Row], *, last: bool) -> datetime | None:
    if layout.modified:
        times = [row["fields"].get(layout.modified) for row in found]
        known = [datetime.fromisoformat(one).astimezone(UTC) for one in times if isinstance(one, str)]
        return max(known, default=None)
    # In no order of time: only all of it is a promise, as of the moment when Airtable began to answer.
    return airtable.began - MARGIN if last and airtable.began else None


def _unseen(found: Iterable[Record], seen: set[str]) -> Iterator[Record]:
    for record in found:
        key = record.get("id") or record["rows"][0]["key"]
        if key not in seen:
            seen.add(key)
            yield record
