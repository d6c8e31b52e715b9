"""The manual source: what is keyed in with `hub sales add`, in the same terms as the REST API."""

from hub.plugin import ApiConfig, ApiSource, Http


class ManualConfig(ApiConfig):
    """Sales that you key in yourself with `hub sales add`."""


class ManualSource(ApiSource[ManualConfig]):
    """Sales that somebody keys in."""

    name = "manual"

    def check(self, http: Http) -> str:  # noqa: ARG002 (nobody is asked)
        """There is nobody to ask."""
        return "waits for `hub sales add`"
