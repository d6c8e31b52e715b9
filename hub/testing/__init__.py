"""The conformance kit: subclass a contract, play the remote side, and every promise of the API is checked.

    class TestAcme(SourceContract):
        plugin = AcmeSource
        config = AcmeConfig(shop="demo", api_key="canary-5ecret-value")
        movements = {"A1": "199.90 MXN"}

        def answer(self, request): ...
        def broken(self, record): ...

Nothing of the plugin is replaced: only the wire is ours. `hub.testing.smtp` has a real SMTP server,
`hub.testing.pac_server` and `hub.testing.fake_sat` are the parts of a fake PAC, `hub.testing.service` is that of a
source's remote side.
A source that reads a folder or a file has a `LocalSourceContract`; one that writes back adds a `WriteBackContract`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .local_source_contract import LocalSourceContract
    from .notifier_contract import NotifierContract
    from .pac_contract import PacContract
    from .plugin_contract import PluginContract, checks_of
    from .pure import no_way_out
    from .recording import Exchange, Recorder, Recording
    from .sink import HttpSink, Received, Sink
    from .source_contract import SourceContract
    from .webhook_contract import WebhookSourceContract
    from .wire import Wire, always, carries, failing
    from .write_back_contract import WriteBackContract

__all__ = [
    "Exchange",
    "HttpSink",
    "LocalSourceContract",
    "NotifierContract",
    "PacContract",
    "PluginContract",
    "Received",
    "Recorder",
    "Recording",
    "Sink",
    "SourceContract",
    "WebhookSourceContract",
    "Wire",
    "WriteBackContract",
    "always",
    "carries",
    "checks_of",
    "failing",
    "no_way_out",
]

_MODULES = {
    "Exchange": "recording",
    "HttpSink": "sink",
    "LocalSourceContract": "local_source_contract",
    "NotifierContract": "notifier_contract",
    "PacContract": "pac_contract",
    "PluginContract": "plugin_contract",
    "Received": "sink",
    "Recorder": "recording",
    "Recording": "recording",
    "Sink": "sink",
    "SourceContract": "source_contract",
    "WebhookSourceContract": "webhook_contract",
    "Wire": "wire",
    "WriteBackContract": "write_back_contract",
    "always": "wire",
    "carries": "wire",
    "checks_of": "plugin_contract",
    "failing": "wire",
    "no_way_out": "pure",
}


def __getattr__(name: str) -> Any:
    # The contracts need pytest; `hub init` and demonstrations only want a certificate.
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
