"""E-mail over SMTP, with attachments."""

from collections.abc import Iterable
from typing import Any

from hub.plugin import Notifier, hookimpl


@hookimpl
def hub_notifiers() -> Iterable[type[Notifier[Any]]]:
    """The e-mail notifier."""
    from .notifier import EmailNotifier

    return [EmailNotifier]
