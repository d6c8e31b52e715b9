"""The conformance kit: subclass a contract, play the remote side, and every promise of the API is checked.

    class TestAcme(SourceContract):
        plugin = AcmeSource
        config = AcmeConfig(shop="demo", api_key="canary-5ecret-value")
        movements = {"A1": "199.90 MXN"}

        def answer(self, request): ...
        def broken(self, record): ...

Nothing of the plugin is replaced: only the wire is ours. `hub.testing.smtp` has a real SMTP server.
A source that reads a folder or a file has a `LocalSourceContract`.
"""

from .local_source_contract import LocalSourceContract
from .notifier_contract import NotifierContract
from .pac_contract import PacContract
from .plugin_contract import PluginContract, checks_of
from .pure import no_way_out
from .sink import HttpSink, Received, Sink
from .source_contract import SourceContract
from .webhook_contract import WebhookSourceContract
from .wire import Wire, always, carries, failing

__all__ = [
    "HttpSink",
    "LocalSourceContract",
    "NotifierContract",
    "PacContract",
    "PluginContract",
    "Received",
    "Sink",
    "SourceContract",
    "WebhookSourceContract",
    "Wire",
    "always",
    "carries",
    "checks_of",
    "failing",
    "no_way_out",
]
