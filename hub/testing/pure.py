"""No way out: a function that must be pure finds every socket closed while it runs."""

import contextlib
import socket
from collections.abc import Iterator
from typing import Any, NoReturn
from unittest import mock

WAYS_OUT = ("connect", "connect_ex", "sendto", "bind")


@contextlib.contextmanager
def no_way_out() -> Iterator[list[str]]:
    """Close the network to Python code; gives the attempts, also those whose error was swallowed."""
    attempts: list[str] = []

    def refuse(*arguments: Any, **_: Any) -> NoReturn:
        attempts.append(str(arguments[-1] if arguments else ""))
        raise AssertionError("the network was used where nothing may be asked")

    with contextlib.ExitStack() as closed:
        for name in WAYS_OUT:
            closed.enter_context(mock.patch.object(socket.socket, name, refuse))
        closed.enter_context(mock.patch.object(socket, "getaddrinfo", refuse))
        yield attempts
