"""The real daemon as a process of its own, to be killed."""

import fcntl
import os
import pty
import random
import re
import signal
import socket
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import yaml

HUB = [sys.executable, "-c", "from hub.cli import main; main()"]


def free_port() -> int:
    """A port that nobody listens on now, and none that the kernel may lend to a connection before it is used."""
    lent = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
    while True:
        port = random.randrange(lent // 2, lent)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Role:
    """A part of the daemon that listens nowhere: `hub worker` or `hub scheduler`."""

    def __init__(self, folder: Path, role: str, number: int = 0, prefix: Sequence[str] = (), **environ: str) -> None:
        self.log = folder / f"{role}-{number}.log"
        self._environ = environ
        self._command = [*prefix, *HUB, "--config", str(folder / "config.yaml"), role]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; whether it works is seen by what it does."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, env=environment(**self._environ))

    @property
    def process_id(self) -> int:
        """The number of the running process."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """`kill -9`: no goodbye."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def terminate(self) -> int:
        """`SIGTERM`, and the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self.wait()

    def wait(self) -> int:
        """Until it ended by itself; its exit code."""
        assert self._process is not None
        return self._process.wait(timeout=60)

    def end(self) -> None:
        """Whatever its state, it is gone afterwards."""
        if self._process is not None and self._process.poll() is None:
            self.kill()

    def said(self) -> str:
        """All that it wrote."""
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""


class Daemon(Role):
    """`hub run`, or `hub web`, on a folder with a `config.yaml`; it listens."""

    def __init__(
        self, folder: Path, role: str = "run", environ: Mapping[str, str] | None = None, prefix: Sequence[str] = ()
    ) -> None:
        super().__init__(folder, role, prefix=prefix, **(environ or {}))
        self.folder = folder
        self.port = free_port()
        raw = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
        raw.setdefault("web", {})["port"] = self.port
        (folder / "config.yaml").write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it is ready."""
        super().start()
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            assert self._process is not None
            if self._process.poll() is not None:
                raise AssertionError(f"the daemon ended: {self.log.read_text(encoding='utf-8')[-3000:]}")
            try:
                if httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"the daemon is not ready: {self.log.read_text(encoding='utf-8')[-3000:]}")


@contextmanager
def daemon(folder: Path) -> Iterator[Daemon]:
    """A started daemon that is gone after the block."""
    made = Daemon(folder)
    made.start()
    try:
        yield made
    finally:
        made.end()


def daemon_until(folder: Path, done: Callable[[], object], **environ: str) -> None:
    """Let `hub run` work on a folder until something is so, and then end it."""
    made = Daemon(folder, environ=environ)
    made.start()
    try:
        until = time.monotonic() + 60
        while not done():
            assert time.monotonic() < until, made.said()[-3000:]
            time.sleep(0.05)
    finally:
        made.end()


def hub(folder: Path, *arguments: str, stdin: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    """One `hub` command on a folder with a `config.yaml`; what is no UTF-8 comes as surrogates."""
    return subprocess.run(
        [*HUB, "--config", str(folder / "config.yaml"), *arguments],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=120,
        check=False,
        env=environment(**environ),
    )


def hub_on_a_terminal(folder: Path, *arguments: str, columns: int = 100) -> list[str]:
    """The lines that an operator sees, without colours."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    command = [*HUB, "--config", str(folder / "config.yaml"), *arguments]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment(TERM="xterm"))
    with process:
        os.close(theirs)
        seen = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    assert process.returncode is not None
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", seen.decode()).replace("\r", "").splitlines()


def environment(**more: str) -> dict[str, str]:
    """Ours, with the project importable."""
    root = str(Path(__file__).parents[2])
    return {**os.environ, **more, "PYTHONPATH": os.pathsep.join(filter(None, [root, more.get("PYTHONPATH")]))}


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other side is closed
        return b""
