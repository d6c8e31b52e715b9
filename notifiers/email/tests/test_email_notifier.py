"""Mail over a real SMTP server on this machine."""

import datetime as dt
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hub.plugin import Attachment, Client, ConfigError, DataError, Http, Message, TransientError
from notifiers.email.config import EmailConfig
from notifiers.email.notifier import EmailNotifier

HTTP = Http.of(Client())
PDF = Attachment("Factura Núm. 7.pdf", "application/pdf", b"%PDF-1.7\x00\xff")
XML = Attachment("factura.xml", "text/xml; charset=utf-8", '<a b="ñ"/>'.encode())
MESSAGE = Message(
    message_id="<delivery-31@hub.tienda.mx>",
    to="lucia@correo.example",
    subject="Tu factura está lista ✓",
    text="Hola, Lucía:\n\nAquí está tu factura.\n.\nGracias.",
    html="<p>Hola, Lucía</p>",
    attachments=(PDF, XML),
    reply_to="ventas@tienda.mx",
    sender_name="Papelería Ñandú",
)


@dataclass
class Mailbox:
    """What the server answers to each command, and what it took."""

    answers: dict[str, str] = field(default_factory=dict)
    taken: list[Envelope] = field(default_factory=list)

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(self, server, session, envelope, address, options):
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.taken.append(envelope)
        return "250 OK"

    def mail(self) -> EmailMessage:
        (envelope,) = self.taken
        return message_from_bytes(envelope.content, policy=default)


class Server(Controller):
    def _trigger_server(self):
        # The system chose the port; the base class would knock at port 0.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def serving(mailbox: Mailbox, **options: object) -> Iterator[int]:
    controller = Server(mailbox, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def port(mailbox: Mailbox) -> Iterator[int]:
    with serving(mailbox) as port:
        yield port


def notifier(port: int, **config: object) -> EmailNotifier:
    settings = {"host": "127.0.0.1", "port": port, "security": "none", "from_address": "facturas@tienda.mx"}
    return EmailNotifier(EmailConfig.model_validate({**settings, "from_name": "Facturas", "timeout_s": 5, **config}))


def test_the_mail_carries_both_texts_and_every_attachment_byte_for_byte(mailbox, port):
    notifier(port).send(HTTP, MESSAGE)

    mail = mailbox.mail()
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == f"{MESSAGE.text}\n"
    assert mail.get_body(("html",)).get_content().strip() == MESSAGE.html
    attached = [
        (part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
        for part in mail.iter_attachments()
    ]
    assert attached == [(PDF.filename, "application/pdf", PDF.content), (XML.filename, "text/xml", XML.content)]
    assert next(part.get_content_type() for part in mail.iter_parts()) == "multipart/alternative"


def test_the_headers_say_who_what_and_that_no_person_wrote_it(mailbox, port):
    notifier(port).send(HTTP, MESSAGE)

    mail = mailbox.mail()
    assert mail["From"] == "Papelería Ñandú <facturas@tienda.mx>"
    assert mail["To"] == "lucia@correo.example"
    assert mail["Reply-To"] == "ventas@tienda.mx"
    assert mail["Subject"] == MESSAGE.subject
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime.tzinfo is not None


def test_only_ascii_travels_so_that_every_server_can_take_it(mailbox, port):
    notifier(port).send(HTTP, MESSAGE)

    assert mailbox.taken[0].content.isascii()


def test_every_attempt_carries_the_same_identity(mailbox, port):
    for _ in range(2):
        notifier(port).send(HTTP, MESSAGE)

    identities = {message_from_bytes(envelope.content)["Message-ID"] for envelope in mailbox.taken}
    assert identities == {"<delivery-31@hub.tienda.mx>"}


def test_a_bare_identity_becomes_a_valid_one(mailbox, port):
    notifier(port).send(HTTP, Message("31", "a@b.example", "Hola", "Hola"))

    assert mailbox.mail()["Message-ID"] == "<31@tienda.mx>"
    assert mailbox.mail()["From"] == "Facturas <facturas@tienda.mx>"


@pytest.mark.parametrize("evil", ["Hola\r\nBcc: todos@mal.example", "Hola\nX-Evil: 1\n\nCuerpo", "Hola\x00\x0bfin"])
def test_a_subject_or_name_cannot_add_headers(mailbox, port, evil):
    notifier(port).send(HTTP, Message("1", "a@b.example", evil, "Hola", sender_name=evil))

    mail = mailbox.mail()
    assert set(mail.keys()) <= {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
        "Content-Transfer-Encoding", "X-Peer", "X-MailFrom", "X-RcptTo",
    }  # fmt: skip
    assert mailbox.taken[0].rcpt_tos == ["a@b.example"]
    assert mail.get_content().strip() == "Hola"


@pytest.mark.parametrize(
    "to",
    [
        "",
        "nadie",
        "a@b@",
        "a@b.example\r\nBcc: c@d.example",
        "a@b.example, c@d.example",
        "a b@c.mx",
        "a@[b",
        "a@[127.0.0.1",
        "íñigo@correo.example",
    ],
)
def test_what_is_no_address_is_a_data_error_and_nothing_is_sent(mailbox, port, to):
    with pytest.raises(DataError, match="no e-mail address"):
        notifier(port).send(HTTP, Message("1", to, "Hola", "Hola"))
    assert mailbox.taken == []


def test_an_address_longer_than_any_is_told_in_few_words(mailbox, port):
    with pytest.raises(DataError, match="longer than any") as refused:
        notifier(port).send(HTTP, Message("1", "a" * 20_000 + "@b.example", "Hola", "Hola"))
    assert len(str(refused.value)) < 200


def test_half_a_character_does_not_stop_a_mail(mailbox, port):
    notifier(port).send(HTTP, Message("1", "ana@cliente.example", "Hola \ud800", "Hola \ud800", html="<p>\ud800</p>"))
    assert len(mailbox.taken) == 1


def test_an_international_domain_travels_in_ascii(mailbox, port):
    notifier(port).send(HTTP, Message("1", "ana@piñata.example", "Hola", "Hola"))

    assert mailbox.taken[0].rcpt_tos == ["ana@xn--piata-pta.example"]


@pytest.mark.parametrize(
    ("command", "answer", "error"),
    [
        ("RCPT", "451 4.7.1 greylisted", TransientError),
        ("RCPT", "550 5.1.1 no such user", DataError),
        ("RCPT", "452 4.2.2 mailbox full", TransientError),
        ("DATA", "451 4.3.0 try later", TransientError),
        ("DATA", "554 5.7.1 looks like spam", DataError),
        ("MAIL", "421 4.3.2 closing", TransientError),
        ("MAIL", "450 4.7.0 too many", TransientError),
        ("MAIL", "553 5.7.1 not your address", ConfigError),
        ("MAIL", "530 5.7.0 must log in first", ConfigError),
        ("MAIL", "552 5.3.4 too large", DataError),
        ("RCPT", "530 5.7.0 must log in first", ConfigError),
    ],
)
def test_the_servers_answer_decides_what_the_hub_does(mailbox, port, command, answer, error):
    mailbox.answers[command] = answer

    with pytest.raises(error) as caught:
        notifier(port).send(HTTP, MESSAGE)
    assert type(caught.value) is error
    assert answer[4:] in str(caught.value)


def test_nobody_listening_is_transient():
    with pytest.raises(TransientError, match=r"127\.0\.0\.1:9"):
        notifier(9).send(HTTP, MESSAGE)


def test_a_server_that_hangs_up_is_transient(mailbox, port):
    class Rude(Mailbox):
        async def handle_RCPT(self, server, session, envelope, address, options):
            server.transport.abort()
            return "250 OK"

    with serving(Rude()) as port, pytest.raises(TransientError):
        notifier(port).send(HTTP, MESSAGE)


def test_check_connects_and_sends_nothing(mailbox, port):
    assert notifier(port).check(HTTP) == f"127.0.0.1:{port} answers, no login"
    assert mailbox.taken == []


def authenticator(password: bytes) -> Callable[..., AuthResult]:
    def check(server, session, envelope, mechanism, data):
        return AuthResult(success=data.login == b"facturas" and data.password == password, handled=False)

    return check


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_login_is_used_and_a_refused_one_is_a_config_error_without_the_password(mailbox):
    options = {"authenticator": authenticator(b"s3cret-word"), "auth_required": True, "auth_require_tls": False}
    with serving(mailbox, **options) as port:
        good = notifier(port, username="facturas", password="s3cret-word")
        assert good.check(HTTP).endswith("logged in as facturas")
        good.send(HTTP, MESSAGE)

        bad = notifier(port, username="facturas", password="wr0ng-word")
        with pytest.raises(ConfigError) as caught:
            bad.send(HTTP, MESSAGE)
        assert "app password" in caught.value.hint
        assert "wr0ng" not in f"{caught.value} {bad.config!r}"

        with pytest.raises(ConfigError):
            notifier(port).send(HTTP, MESSAGE)
    assert len(mailbox.taken) == 1


def test_a_password_that_smtp_cannot_carry_is_a_config_error_without_the_password(mailbox):
    server = serving(mailbox, authenticator=lambda *_: AuthResult(success=True), auth_require_tls=False)
    with server as port, pytest.raises(ConfigError, match="such as ñ") as caught:
        notifier(port, username="facturas", password="contraseña").send(HTTP, MESSAGE)
    assert caught.value.__cause__ is None


def test_a_server_without_starttls_or_login_is_a_config_error(port):
    with pytest.raises(ConfigError, match="STARTTLS"):
        notifier(port, security="starttls").check(HTTP)
    with pytest.raises(ConfigError, match="AUTH"):
        notifier(port, username="facturas", password="x").check(HTTP)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    encoding = serialization.Encoding.PEM
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + built.public_bytes(encoding))
    return path


def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def test_starttls_encrypts_and_checks_the_certificate(mailbox, certificate):
    with serving(mailbox, tls_context=server_context(certificate), require_starttls=True) as port:
        trusting = {"security": "starttls", "host": "localhost", "ca_file": certificate}
        notifier(port, **trusting).send(HTTP, MESSAGE)

        with pytest.raises(ConfigError, match="certificate is not valid"):
            notifier(port, **{**trusting, "ca_file": None}).send(HTTP, MESSAGE)
        with pytest.raises(ConfigError, match="certificate is not valid"):
            notifier(port, **{**trusting, "host": "127.0.0.1"}).send(HTTP, MESSAGE)
        with pytest.raises(ConfigError):
            notifier(port).send(HTTP, MESSAGE)
    assert len(mailbox.taken) == 1


def test_tls_from_the_first_byte(mailbox, certificate):
    with serving(mailbox, ssl_context=server_context(certificate)) as port:
        notifier(port, security="tls", host="localhost", ca_file=certificate).send(HTTP, MESSAGE)
    assert len(mailbox.taken) == 1


def test_tls_to_a_plain_port_is_a_config_error(port):
    with pytest.raises(ConfigError, match=r"does not speak TLS"):
        notifier(port, security="tls").check(HTTP)


def test_a_password_never_leaves_unencrypted():
    with pytest.raises(ValueError, match="unencrypted"):
        EmailConfig(host="smtp.tienda.mx", security="none", username="a", from_address="a@tienda.mx")


def test_the_port_follows_the_security():
    ports = {
        security: EmailConfig(host="smtp.tienda.mx", security=security, from_address="a@tienda.mx").effective_port
        for security in ("starttls", "tls", "none")
    }
    assert ports == {"starttls": 587, "tls": smtplib.SMTP_SSL_PORT, "none": smtplib.SMTP_PORT}
