"""What an operator can set for a folder of files."""

from pathlib import Path

from pydantic import Field

from hub.plugin import rows


class FilesConfig(rows.RowsConfig):
    """Configuration of `use: files`."""

    folder: Path = Field(description="Folder in which the files arrive; processing/, done/ and errors/ are made inside")
    sheet: str | tuple[str, ...] = Field(
        default=(), description="Names of the sheets in XLSX files; left out, every visible sheet that has the header"
    )
    max_rows: int = Field(default=50_000, gt=0, description="Rows that a file may have")
    settle_s: float = Field(default=5, ge=0, description="Seconds that a file must stay unchanged before it is taken")

    @property
    def sheets(self) -> tuple[str, ...]:
        """The sheets that the operator named."""
        return tuple(filter(None, (self.sheet,) if isinstance(self.sheet, str) else self.sheet))
