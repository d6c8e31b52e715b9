"""The Zapier source: the REST API as tools without code use it, which hear of all of the issuer's invoices."""

from typing import Literal

from pydantic import Field

from hub.plugin import ApiConfig, ApiSource, Http


class ZapierConfig(ApiConfig):
    """Sales from Zapier, Make or n8n, and events back to them. `hub api-keys new` makes its keys."""

    sees: Literal["own", "issuer"] = Field(
        default="issuer",
        description="Which sales its API keys may read and hear of: own (that came by this source) or issuer (all)",
    )


class ZapierSource(ApiSource[ZapierConfig]):
    """Sales, refunds and payments that a tool without code sends."""

    name = "zapier"

    def check(self, http: Http) -> str:  # noqa: ARG002 (nobody is asked)
        """There is nobody to ask."""
        return "waits for POST /api/v1/sales; `hub api-keys list` shows its keys"
