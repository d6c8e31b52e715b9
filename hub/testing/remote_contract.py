"""What a plugin promises whose remote side is reached by HTTP with credentials."""

from functools import partial

import httpx

from hub.plugin import ConfigError, TransientError

from .expect import raised
from .plugin_contract import PluginContract
from .wire import always, failing


class RemoteContract(PluginContract):
    """A wrong key is a person's matter, a service that is down is a matter of time."""

    def refused_credentials(self, request: httpx.Request) -> httpx.Response:
        """Play the remote side that does not accept the credentials. Override if it does not say 401."""
        return httpx.Response(401, request=request)

    def test_refused_credentials_are_a_config_error(self) -> None:
        advice = "The operator must learn that a key is wrong: let the errors of Http pass"
        for when, wire in (
            ("HTTP 401", always(401)),
            ("HTTP 403", always(403)),
            ("a refusal", self.refused_credentials),
        ):
            raised(ConfigError, partial(self.checked, wire), f"check after {when}", advice)

    def test_an_unreachable_service_is_transient(self) -> None:
        for error in (httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadTimeout):
            raised(
                TransientError,
                partial(self.checked, failing(error)),
                f"check after {error.__name__}",
                "A service that is down is not a wrong configuration: let the errors of Http pass",
            )
