"""Hosts of their own on this machine: network namespaces with a cable each, which can be pulled."""

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import SHUT_RDWR, SHUT_WR, create_connection, create_server, socket

NETWORK = "10.209.77.0/24"


class Host:
    """A namespace that sees this machine at `gateway`."""

    def __init__(self, number: int) -> None:
        self.name = f"hubtest{os.getpid() % 10_000}h{number}"
        self._cable = f"hub{os.getpid() % 10_000}c{number}"
        self.gateway, self._address = f"10.209.77.{4 * number + 1}", f"10.209.77.{4 * number + 2}"

    @property
    def prefix(self) -> list[str]:
        """Before a command, to run it on this host."""
        return ["ip", "netns", "exec", self.name]

    def connect(self) -> None:
        """Set the host up."""
        _ip("netns", "add", self.name)
        _ip("link", "add", self._cable, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        _ip("addr", "add", f"{self.gateway}/30", "dev", self._cable)
        _ip("link", "set", self._cable, "up")
        _ip("-n", self.name, "addr", "add", f"{self._address}/30", "dev", "eth0")
        _ip("-n", self.name, "link", "set", "eth0", "up")
        _ip("-n", self.name, "link", "set", "lo", "up")

    def cut(self) -> None:
        """Pull the cable: nothing comes, nothing goes, and nobody is told."""
        _ip("link", "set", self._cable, "down")

    def mend(self) -> None:
        """Plug it in again."""
        _ip("link", "set", self._cable, "up")

    def remove(self) -> None:
        """As if it had never been."""
        subprocess.run(["ip", "link", "del", self._cable], check=False, capture_output=True)
        subprocess.run(["ip", "netns", "del", self.name], check=False, capture_output=True)


def can_make_hosts() -> bool:
    """Whether this user may make namespaces here."""
    if shutil.which("ip") is None or os.geteuid() != 0:
        return False
    probe = f"hubprobe{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", probe], check=False, capture_output=True).returncode == 0
    subprocess.run(["ip", "netns", "del", probe], check=False, capture_output=True)
    return made


@contextmanager
def hosts(count: int) -> Iterator[list[Host]]:
    """So many connected hosts, gone after the block."""
    made = [Host(number) for number in range(count)]
    try:
        for host in made:
            host.connect()
        yield made
    finally:
        for host in made:
            host.remove()


@contextmanager
def forwarded(address: str, target: tuple[str, int]) -> Iterator[int]:
    """A port on `address` that leads to `target`, as long as the block runs."""
    with create_server((address, 0)) as listener:
        threading.Thread(target=_accept, args=(listener, target), daemon=True).start()
        yield listener.getsockname()[1]


def _accept(listener: socket, target: tuple[str, int]) -> None:
    while True:
        try:
            near, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_join, args=(near, target), daemon=True).start()


def _join(near: socket, target: tuple[str, int]) -> None:
    with near, create_connection(target) as far:
        back = threading.Thread(target=_pump, args=(far, near), daemon=True)
        back.start()
        _pump(near, far)
        back.join()


def _pump(come: socket, go: socket) -> None:
    try:
        while part := come.recv(65536):
            go.sendall(part)
        go.shutdown(SHUT_WR)
    except OSError:  # one side is gone, so the other may go
        for line in (come, go):
            with suppress(OSError):
                line.shutdown(SHUT_RDWR)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)
