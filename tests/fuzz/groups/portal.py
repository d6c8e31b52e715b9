"""Forms of the portal over the real web server: urlencoded or multipart, whatever stands in them."""

import itertools
from contextlib import ExitStack
from urllib.parse import quote_from_bytes, urlencode

import httpx
from hypothesis import strategies as st

from hub.store import Ticket, Tries
from hub.web.app import make_app
from tests.support.web import served
from tests.support.world import GOOD_BUYER

from ..damage import OBJECTS, damaged
from ..target import Target
from .hubs import hub

PAGES = ["f/{token}/revisar", "f/{token}/facturar", "f/{token}/enviar", "f/{token}/ayuda", "p/tienda", "p/tienda/ayuda"]
FIELDS = {
    **GOOD_BUYER, "email": "compras@prueba.example", "contact": "5512345678",
    "message": "Ayuda por favor", "tema": "question", "guardados": "", "extranjero": "", "pedido": "A-1",
    "sugerencia": "rfc=XAXX010101000", "total": "1160.00",
}  # fmt: skip
TEXTS = [value for value in OBJECTS if isinstance(value, str)]
TYPES = [
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "",
    "\xff",
    "a/b",
]
MULTIPART = b'--x\r\nContent-Disposition: form-data; name="rfc"\r\n\r\nCPU200101AB8\r\n--x--\r\n'


def targets(stack: ExitStack) -> list[Target]:
    made = hub(stack)
    url = stack.enter_context(served(make_app(made.flow, lambda: True)))
    client = stack.enter_context(httpx.Client(base_url=url, timeout=60))
    made.stripe.pay(116000)
    made.poll()
    sales = itertools.count(1)

    def token() -> str:
        """Of a sale that nobody claimed yet."""
        ticket = made.all(Ticket)[-1]
        if ticket.state != "open":
            made.stripe.pay(100_00 + next(sales))
            made.poll()
            ticket = made.all(Ticket)[-1]
        return ticket.link

    def posted(page: str, body: bytes, content_type: str) -> None:
        path = "/" + page.format(token=token())
        answer = client.post(path, content=body, headers={b"content-type": content_type.encode("latin-1")})
        assert answer.status_code < 500, f"{path}: {answer.status_code}"
        if answer.is_redirect:
            assert client.get(answer.headers["location"]).status_code < 500
        with made.flow.store.write() as session:
            for row in session.query(Tries):
                session.delete(row)

    pages, types = st.sampled_from(PAGES), st.sampled_from(TYPES)
    good = urlencode(FIELDS).encode()
    one_wrong = st.tuples(st.sampled_from(sorted(FIELDS)), st.sampled_from(TEXTS) | st.text(max_size=30)).map(
        lambda wrong: urlencode(FIELDS | {wrong[0]: wrong[1].encode("utf-8", "surrogatepass")}).encode()
    )
    return [
        Target("bytes", st.tuples(pages, damaged(good, MULTIPART), types), lambda sent: posted(*sent)),
        Target("fields", st.tuples(pages, one_wrong, st.just(TYPES[0])), lambda sent: posted(*sent)),
        Target("addresses", st.tuples(st.sampled_from(["f", "p", "portal", "webhooks"]), damaged(b"a/../b", b"tienda")),
               lambda sent: _visited(client, *sent)),
    ]  # fmt: skip


def _visited(client: httpx.Client, part: str, rest: bytes) -> None:
    path = f"/{part}/{quote_from_bytes(rest[:500])}"
    assert client.get(path).status_code < 500
