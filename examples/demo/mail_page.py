"""The mails as a page on this machine."""

import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .mailbox import Mail, Mailbox
from .ports import HOST

Answer = tuple[str, bytes]


@contextmanager
def showing(mailbox: Mailbox, port: int) -> Iterator[str]:
    """Serve the page while the block runs; gives its address."""
    server = ThreadingHTTPServer((HOST, port), _handler(mailbox))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answer(mailbox: Mailbox, path: str) -> Answer | None:
    """What a path shows: `/`, `/3`, `/3/html` or `/3/<file name>`; None if there is no such thing."""
    number, _, name = path.strip("/").partition("/")
    mails = mailbox.mails
    if not number:
        return _page("list.html", mails=list(enumerate(mails, 1))[::-1])
    if not number.isdigit() or not 1 <= int(number) <= len(mails):
        return None
    return _of_mail(mails[int(number) - 1], int(number), unquote(name))


def _of_mail(mail: Mail, number: int, name: str) -> Answer | None:
    if not name:
        return _page("mail.html", mail=mail, number=number, quote=quote)
    if name == "html":
        # Links of the mail open beside the page, not inside of its frame.
        return "text/html; charset=utf-8", f'<base target="_blank">{mail.html}'.encode()
    content = mail.attachments.get(name)
    if content is None:
        return None
    return mimetypes.guess_type(name)[0] or "application/octet-stream", content


def _page(template: str, **values: object) -> Answer:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "mail_page"), autoescape=True, undefined=StrictUndefined
    )
    return "text/html; charset=utf-8", environment.get_template(template).render(values).encode()


def _handler(mailbox: Mailbox) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = answer(mailbox, self.path)
            kind, content = found or ("text/plain", b"there is no such mail\n")
            self.send_response(404 if found is None else 200)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            """Keep the terminal quiet."""

    return Handler
