"""Sales that are rows of a table: which column is which field, which rows are one sale, and what they come to.

For sources that read spreadsheets, databases that people edit, or files. Such a source brings the cells as text
(`Table`), `grouped` makes records of them and `to_sale` maps a record; its configuration is a `RowsConfig`, or a
`SharedRowsConfig` where people edit the table while the hub reads it.
"""

from .columns import ALIASES, REQUIRED, FieldName, places_of, plain
from .config import RowsConfig, SharedRowsConfig, known_zone
from .errors import NoHeaderError, TableError
from .groups import Content, grouped
from .table import Cell, Cells, Mark, Table, number_cell, text_cell
from .to_sale import to_sale
from .written import WRITTEN, WrittenName, written_cells, written_places

__all__ = [
    "ALIASES",
    "REQUIRED",
    "WRITTEN",
    "Cell",
    "Cells",
    "Content",
    "FieldName",
    "Mark",
    "NoHeaderError",
    "RowsConfig",
    "SharedRowsConfig",
    "Table",
    "TableError",
    "WrittenName",
    "grouped",
    "known_zone",
    "number_cell",
    "places_of",
    "plain",
    "text_cell",
    "to_sale",
    "written_cells",
    "written_places",
]
