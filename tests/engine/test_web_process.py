"""`hub run` is two processes: what one of them says or suffers, the other one learns."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from hub.store import Ticket, TicketState
from tests.support.process import Daemon, environment
from tests.support.world import METADATA, world


@pytest.fixture
def hub(tmp_path, database_url):
    # Nobody looks for work for a minute unless told so.
    with world(tmp_path, database_url, web__public_url="http://127.0.0.1:1", engine__poll_idle_s=60) as made:
        yield made


@pytest.fixture
def running(hub):
    made = Daemon(hub.folder, prefix=["setsid"])
    made.start()
    yield made
    with suppress(ProcessLookupError):
        os.killpg(made.process_id, signal.SIGKILL)
    made.end()


def web_of(running: Daemon) -> int:
    """The number of the web side's process."""
    children = Path(f"/proc/{running.process_id}/task/{running.process_id}/children").read_text(encoding="ascii")
    (web,) = children.split()
    return int(web)


def soon(what, *, within_s=60):
    until = time.monotonic() + within_s
    while not what():
        assert time.monotonic() < until
        time.sleep(0.05)


def deliver(hub, running: Daemon) -> None:
    hub.stripe.pay(116000, metadata=METADATA)
    headers, body = hub.stripe.delivery(hub.stripe.events("payment_intent.succeeded")[-1])
    httpx.post(f"{running.url}/webhooks/stripe-mx", content=body, headers=headers).raise_for_status()


def delivered_to_the_deaf(hub, running: Daemon) -> bool:
    """Stop the process that works and deliver; False, and it goes on, if it was stopped while it wrote."""
    os.kill(running.process_id, signal.SIGSTOP)
    with suppress(httpx.TimeoutException):
        deliver(hub, running)
        return True
    os.kill(running.process_id, signal.SIGCONT)
    time.sleep(3)  # or it would be stopped again while it works on this very delivery
    return False


def nobody_listens(running: Daemon) -> bool:
    try:
        httpx.get(f"{running.url}/healthz", timeout=2)
    except httpx.TransportError:
        return True
    return False


def test_the_engine_hears_of_a_delivery_that_the_web_side_took(hub, running):
    deliver(hub, running)
    soon(lambda: [ticket.state for ticket in hub.all(Ticket)] == [TicketState.INVOICED], within_s=40)


def test_the_web_side_ends_with_the_process_that_works(running):
    web = Path(f"/proc/{web_of(running)}")
    running.kill()
    soon(lambda: not web.exists() and nobody_listens(running))
    assert "the process that works is gone" in running.said()


def test_the_web_side_ends_too_when_what_it_said_was_never_heard(hub, running):
    web = Path(f"/proc/{web_of(running)}")
    soon(lambda: delivered_to_the_deaf(hub, running), within_s=120)
    running.kill()
    soon(lambda: not web.exists() and nobody_listens(running))


def test_without_its_web_side_the_daemon_ends_and_says_so(running):
    os.kill(web_of(running), signal.SIGKILL)
    assert running.wait() != 0
    assert "the web side ended by itself" in running.said()


def test_control_c_reaches_both_and_both_end_cleanly(running):
    os.killpg(running.process_id, signal.SIGINT)
    assert running.wait() == 0
    assert nobody_listens(running)
    assert "Traceback" not in running.said()


LINE = """
    import os
    import sys
    from hub.engine.web_process import WebProcess

    serving, serves = os.pipe()

    def serve(address, line):
        print("serves", address.getsockname()[1], "engine", line.engine_is_up(), flush=True)
        os.write(serves, b".")
        while line.engine_is_up():
            pass
        print("engine", line.engine_is_up(), flush=True)

    web = WebProcess(serve)
    if sys.argv[1] == "begin":
        import socket
        with socket.create_server(("127.0.0.1", 0)) as address:
            print("listens", address.getsockname()[1], flush=True)
            web.begin(address, lambda: None)
        os.read(serving, 1)
        web.engine_ended()
        assert web.wait(30)
    web.stop()
    print("over", flush=True)
"""


def lines_of(*arguments: str) -> list[str]:
    command = [sys.executable, "-c", textwrap.dedent(LINE), *arguments]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment(), check=False)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.splitlines()


def test_the_web_side_serves_where_it_is_told_and_learns_that_the_engine_ended():
    listens, *rest = lines_of("begin")
    port = listens.split()[1]
    assert rest == [f"serves {port} engine True", "engine False", "over"]


def test_a_web_side_that_was_never_told_to_begin_ends_without_a_word():
    assert lines_of("stop") == ["over"]
