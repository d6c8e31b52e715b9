"""What an operator can set for a table of sales."""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

from ..base import Config
from .columns import ALIASES, FieldName
from .written import WRITTEN, WrittenName

FormaPago = Annotated[str, Field(pattern=r"^\d{2}$")]


def known_zone(name: str) -> str:
    """A name that the time zone database has.

    Raises:
        ValueError: it has not.
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{name!r} is not an IANA time zone such as America/Mexico_City") from error
    return name


class RowsConfig(Config):
    """Base of the configuration of a source whose sales are rows."""

    columns: dict[FieldName, str | tuple[str, ...]] = Field(
        default_factory=dict,
        description="Header of each field that has an unusual one, e.g. {id: No. de ticket, total: Importe cobrado}",
    )
    prices_include_tax: bool | None = Field(
        default=None,
        description="Whether precio_unitario and descuento include IVA; left out, each row's own arithmetic decides",
    )
    currency: str = Field(default="MXN", pattern=r"^[A-Z]{3}$", description="Currency where a row names none")
    timezone: Annotated[str, AfterValidator(known_zone)] = Field(
        default="America/Mexico_City", description="Time zone of dates without one"
    )
    date_format: str = Field(
        default="", description="strptime format of the dates, e.g. %d-%m-%y; left out, dd/mm/yyyy or ISO"
    )
    paid_statuses: tuple[str, ...] = Field(
        default=(
            "pagado",
            "pagada",
            "paid",
            "completado",
            "completada",
            "cobrado",
            "cobrada",
            "entregado",
            "entregada",
        ),
        description="Words of the status column that mean paid; an empty status means paid too",
    )
    refund_prefix: str = Field(
        default="devolucion:", min_length=1, description="Start of a status that means a refund; the sale's id follows"
    )

    repeated_rows: Literal["once", "lines"] = Field(
        default="once",
        description="Rows that are equal in every field: pasted twice by mistake (once), or two equal lines (lines)",
    )
    formas_pago: dict[str, FormaPago] = Field(
        default_factory=dict,
        description="c_FormaPago by the word of its column, over the built-in table, e.g. {Terminal: '04'}",
    )

    def names_of(self, field: FieldName) -> tuple[str, ...]:
        """The headers that a field may have: the operator's if there are any, else the usual ones."""
        return _several(self.columns.get(field)) or ALIASES[field]


class SharedRowsConfig(RowsConfig):
    """Base for tables that people keep editing, and where the hub may write what became of each sale."""

    rows_per_sale: Literal["several", "one"] = Field(
        default="several",
        description="several: rows with the same id are the lines of one sale; one: an id that comes twice is refused",
    )
    written_columns: dict[WrittenName, str] = Field(
        default_factory=dict,
        description="Column for each thing that is written back, where it has an unusual name, e.g. {uuid: Folio SAT}",
    )

    def written_names_of(self, name: WrittenName) -> tuple[str, ...]:
        """The headers that a column of the hub's own may have."""
        return _several(self.written_columns.get(name)) or WRITTEN[name]


def _several(names: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else names or ()
