"""What an operator can set for an Airtable table."""

from pydantic import Field, SecretStr

from hub.plugin import rows


class AirtableConfig(rows.SharedRowsConfig):
    """Configuration of `use: airtable`."""

    token: SecretStr = Field(
        description="Personal access token (pat...); Airtable, Builder hub, Personal access tokens"
    )
    base: str = Field(
        pattern=r"^app[A-Za-z0-9]+$", description="Id of the base, from its address: app...", examples=["appXXXXXXXXXX"]
    )
    table: str = Field(min_length=1, description="Name or id (tbl...) of the table", examples=["Ventas"])
    view: str = Field(default="", description="Name or id of a view whose rows are read; left out, all rows")
    filter: str = Field(
        default="", description="Airtable formula that a row must meet to be read, e.g. {Lista para facturar}"
    )
    modified_column: str = Field(
        default="", description="Column of type Last modified time; left out, the only one that the table has"
    )
    mac_secret: SecretStr | None = Field(
        default=None, description="macSecretBase64 of the webhook, as Airtable showed it once; leave out to only pull"
    )
    mac_secrets: tuple[SecretStr, ...] = Field(
        default=(), description="More of them, while one webhook takes the place of another"
    )
    per_second: float = Field(
        default=4, gt=0, le=50, description="Requests in a second at most; Airtable allows 5 a base and rests 30 s else"
    )
    api_url: str = Field(default="https://api.airtable.com", description="Address of Airtable's API")

    @property
    def secrets(self) -> tuple[SecretStr, ...]:
        """Every secret that a ping may be signed with."""
        single = () if self.mac_secret is None else (self.mac_secret,)
        return single + self.mac_secrets
