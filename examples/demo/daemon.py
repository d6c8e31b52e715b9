"""The real daemon, `hub run`, as a process of its own."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from .world import World

# The `hub` command of this very code, whatever is installed under that name.
HUB = (sys.executable, "-c", "from hub.cli import main; main()")
START_S, END_S = 60, 30


@contextmanager
def running(world: World) -> Iterator[None]:
    """Run it while the block runs; its log goes to a file."""
    with world.log.open("w", encoding="utf-8") as log:
        command = [*HUB, "--config", str(world.config), "run"]
        # In a session of its own, so that a Ctrl-C reaches it once, through us.
        with subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True) as hub:
            try:
                _wait_until_ready(world, hub)
                yield
            finally:
                hub.terminate()
                try:
                    hub.wait(END_S)
                except subprocess.TimeoutExpired:
                    hub.kill()


def ask(world: World, *arguments: str) -> str:
    """What a `hub` command says on standard output."""
    command = [*HUB, "--config", str(world.config), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    return done.stdout


def _wait_until_ready(world: World, hub: "subprocess.Popen[bytes]") -> None:
    give_up = time.monotonic() + START_S
    while hub.poll() is None and time.monotonic() < give_up:
        try:
            if httpx.get(f"{world.url}/readyz", timeout=5).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise SystemExit(f"`hub run` did not start; the end of {world.log}:\n{world.log.read_text()[-2000:]}")
