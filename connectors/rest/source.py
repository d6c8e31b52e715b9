"""The REST source: what comes by `POST /api/v1/...` with one of its keys."""

from hub.plugin import ApiConfig, ApiSource, Http


class RestConfig(ApiConfig):
    """Sales from your own system, by the REST API. `hub api-keys new` makes its keys."""


class RestSource(ApiSource[RestConfig]):
    """Sales, refunds and payments that the merchant's own system sends."""

    name = "rest"

    def check(self, http: Http) -> str:  # noqa: ARG002 (nobody is asked)
        """There is nobody to ask."""
        return "waits for POST /api/v1/sales; `hub api-keys list` shows its keys"
