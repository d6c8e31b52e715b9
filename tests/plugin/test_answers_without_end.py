"""Answers over a real socket that are too large, unpack without end, or trickle."""

import gzip
import socketserver
import threading
import zlib
from contextlib import contextmanager, suppress

import pytest

from hub.plugin import Client, Http, InDoubtError, TransientError
from hub.plugin.http import LARGEST_ANSWER

HEAD = b"HTTP/1.1 200 OK\r\nconnection: close\r\n"
MEGABYTE = b"0" * 1_000_000


@contextmanager
def answering(send):
    over = threading.Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.recv(65536)
            with suppress(OSError):  # whoever asked has heard enough
                send(self.request, over)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        over.set()
        server.shutdown()
        thread.join()


def endless(line, over):
    line.sendall(HEAD + b"\r\n")
    while not over.is_set():
        line.sendall(MEGABYTE)


def bomb(line, _):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(packer.compress(MEGABYTE) for _ in range(300)) + packer.flush()
    assert len(packed) < 1_000_000
    line.sendall(HEAD + b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(packed) + packed)


def trickle(line, over):
    line.sendall(HEAD + b"content-length: 1000000\r\n\r\n")
    while not over.wait(0.02):
        line.sendall(b"0")


@pytest.mark.parametrize("send", [endless, bomb, trickle])
def test_an_answer_without_end_is_given_up(send):
    with answering(send) as url:
        http = Http.of(Client(url, timeout_s=0.5 if send is trickle else 30))
        with pytest.raises(TransientError):
            http.get("/")
        with pytest.raises(InDoubtError):
            http.post_once("/", b"")
        http.close()


def test_an_answer_that_is_packed_or_large_is_read_whole():
    whole = b'"' + b"a" * (LARGEST_ANSWER - 2) + b'"'
    packed = gzip.compress(whole, 1)

    def send(line, _):
        line.sendall(HEAD + b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(packed) + packed)

    with answering(send) as url:
        http = Http.of(Client(url))
        answer = http.read("GET", "/")
        assert answer.content == whole
        assert "content-encoding" not in answer.headers
        http.close()
