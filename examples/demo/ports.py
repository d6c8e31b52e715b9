"""Ports of this machine that nobody uses."""

import socket

HOST = "127.0.0.1"


def free_port(wanted: int) -> int:
    """The wanted port, or any other if it is taken."""
    for port in (wanted, 0):
        try:
            with socket.create_server((HOST, port)) as listener:
                return int(listener.getsockname()[1])
        except OSError:
            continue
    raise OSError(f"no port is free on {HOST}")
