"""Senders of webhooks in a process of their own: the fakes that the daemon asks meanwhile do not hold them up."""

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from http import HTTPStatus
from http.client import HTTPConnection
from multiprocessing import get_context
from queue import Queue
from typing import NamedTuple
from urllib.parse import urlsplit

from hub.cfdi.uncollected import uncollected

SENDERS = 8

Delivery = tuple[dict[str, str], bytes]
"""Headers and body."""


class Sent(NamedTuple):
    """When the first one was sent (`time.perf_counter`), and how long each waited for its 2xx, in milliseconds."""

    begun: float
    waits_ms: list[float]


def send(url: str, deliveries: Sequence[Delivery], per_s: float | None = None) -> Sent:
    """Deliver all, as fast as the answers allow or so many a second; a wait begins when it is a delivery's turn."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(_send, url, deliveries, per_s).result()


def _send(url: str, deliveries: Sequence[Delivery], per_s: float | None) -> Sent:
    # The standard library's client: what the senders take of the machine, the hub cannot have.
    address = urlsplit(url)
    clients: Queue[HTTPConnection] = Queue()
    for _ in range(SENDERS):
        clients.put(HTTPConnection(address.netloc, timeout=30))

    def deliver(number: int) -> float:
        turn = begun + number / per_s if per_s else 0
        time.sleep(max(0.0, turn - time.perf_counter()))
        headers, body = deliveries[number]
        sent = turn or time.perf_counter()
        client = clients.get()
        client.request("POST", address.path, body, headers)
        answer = client.getresponse()
        answer.read()
        if answer.status != HTTPStatus.OK:
            raise RuntimeError(f"{url} answered {answer.status}")
        clients.put(client)
        return (time.perf_counter() - sent) * 1000

    with ThreadPoolExecutor(SENDERS) as pool, uncollected():
        begun = time.perf_counter()
        return Sent(begun, list(pool.map(deliver, range(len(deliveries)))))
