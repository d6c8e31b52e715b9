"""What an operator can set for a folder of files."""

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

from hub.plugin import Config

from .columns import ALIASES, FieldName


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{name!r} is not an IANA time zone such as America/Mexico_City") from error
    return name


class FilesConfig(Config):
    """Configuration of `use: files`."""

    folder: Path = Field(description="Folder in which the files arrive; processing/, done/ and errors/ are made inside")
    columns: dict[FieldName, str | tuple[str, ...]] = Field(
        default_factory=dict,
        description="Header of each field that has an unusual one, e.g. {id: No. de ticket, total: Importe cobrado}",
    )
    sheet: str = Field(default="", description="Name of the sheet in XLSX files; left out, the first one")
    prices_include_tax: bool | None = Field(
        default=None,
        description="Whether precio_unitario and descuento include IVA; left out, each row's own arithmetic decides",
    )
    currency: str = Field(default="MXN", pattern=r"^[A-Z]{3}$", description="Currency where a row names none")
    timezone: Annotated[str, AfterValidator(_known_zone)] = Field(
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
    max_rows: int = Field(default=50_000, gt=0, description="Rows that a file may have")
    settle_s: float = Field(default=5, ge=0, description="Seconds that a file must stay unchanged before it is taken")

    @property
    def zone(self) -> ZoneInfo:
        """The zone of times that name none."""
        return ZoneInfo(self.timezone)

    def names_of(self, field: FieldName) -> tuple[str, ...]:
        """The headers that a field may have: the operator's if there are any, else the usual ones."""
        chosen = self.columns.get(field)
        if chosen is None:
            return ALIASES[field]
        return (chosen,) if isinstance(chosen, str) else chosen
