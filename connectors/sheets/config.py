"""What an operator can set for a Google spreadsheet."""

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, SecretStr

from hub.plugin import rows

from .key import known_key


def _zone_or_none(name: str) -> str:
    return rows.known_zone(name) if name else name


class SheetsConfig(rows.SharedRowsConfig):
    """Configuration of `use: sheets`."""

    model_config = ConfigDict(hide_input_in_errors=True)  # one of them is a key

    service_account: Annotated[SecretStr, AfterValidator(known_key)] = Field(
        description="JSON key of the service account, best as {$file: key.json}; share the sheet with its client_email"
    )
    spreadsheet: str = Field(
        pattern=r"^[A-Za-z0-9_-]{10,}$",
        description="Id of the spreadsheet: the part of its address between /d/ and /edit",
        examples=["1AbCdEfGhIjKlMnOpQrStUvWxYz"],
    )
    sheet: str = Field(default="", description="Name of the sheet (tab); left out, the first one")
    header_row: int = Field(default=1, ge=1, description="Number of the row with the headers")
    max_rows: int = Field(default=20_000, gt=0, description="Rows that the sheet may have; each poll reads all of them")
    timezone: Annotated[str, AfterValidator(_zone_or_none)] = Field(
        default="", description="Time zone of dates without one; left out, that of the spreadsheet's own settings"
    )
    channel_token: SecretStr | None = Field(
        default=None, description="Token that whoever calls the webhook sends; leave out to only pull"
    )
    channel_tokens: tuple[SecretStr, ...] = Field(
        default=(), description="More of them, while one takes the place of another"
    )
    api_url: str = Field(default="https://sheets.googleapis.com", description="Address of the Sheets API")

    @property
    def tokens(self) -> tuple[SecretStr, ...]:
        """Every token that is believed."""
        single = () if self.channel_token is None else (self.channel_token,)
        return single + self.channel_tokens
