"""Lines that are held open cost the hub nothing."""

import socket
from threading import Thread
from time import sleep

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from hub.engine.patience import PatientProtocol
from hub.web.patience import PatientApp


class Impatient(PatientProtocol):
    patience_s = 0.3


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture
def port():
    app = PatientApp(Starlette(routes=[Route("/echo", echo, methods=["POST"])]), body_s=0.3)
    config = uvicorn.Config(app, port=0, http=Impatient, log_level="error", ws="none", lifespan="off")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run)
    thread.start()
    while not server.started:
        sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


def head(length: int) -> bytes:
    return f"POST /echo HTTP/1.1\r\nHost: hub\r\nContent-Length: {length}\r\n\r\n".encode()


def told(line: socket.socket) -> bytes:
    """All that comes until the hub closes the line."""
    line.settimeout(20)
    heard = b""
    while part := line.recv(4096):
        heard += part
    return heard


def test_a_body_that_does_not_come_is_answered_and_the_line_closed(port):
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(head(10) + b"123")
        heard = told(line)
    assert heard.startswith(b"HTTP/1.1 408 ")
    assert b"the body took too long" in heard


def test_bytes_that_trickle_do_not_buy_time(port):
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(head(100_000))
        line.settimeout(0.05)
        heard = b""
        while not heard:
            line.sendall(b".")
            try:
                heard = line.recv(4096)
            except TimeoutError:
                continue
    assert heard.startswith(b"HTTP/1.1 408 ")


def test_a_head_that_does_not_come_ends_the_line(port):
    for said in (b"", b"POST /echo HTTP/1.1\r\nHost: h"):
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(said)
            assert told(line) == b""


def test_the_second_request_of_a_line_must_come_in_time_too(port):
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(head(2) + b"12")
        heard = b""
        while not heard.endswith(b"\r\n\r\n2"):
            heard += line.recv(4096)
        line.sendall(b"POST /echo HT")
        assert told(line) == b""


def test_who_speaks_in_time_is_heard(port):
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        for size in (0, 1, 200_000):
            assert client.post("/echo", content=b"x" * size).text == str(size)
