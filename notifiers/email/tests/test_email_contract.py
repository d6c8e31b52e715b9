"""The e-mail notifier keeps every promise of a notifier, against a real SMTP server that wants a login."""

from hub.testing import NotifierContract
from hub.testing.smtp import SmtpSink
from notifiers.email.config import EmailConfig
from notifiers.email.notifier import EmailNotifier

ADDRESS, PASSWORD = "facturas@tienda.mx", "canary-5ecret-value"


class TestEmailKeepsThePromisesOfANotifier(NotifierContract):
    plugin = EmailNotifier

    @property
    def config(self) -> EmailConfig:
        return EmailConfig(
            host=self.sink.host,
            port=self.sink.port,
            security="none",
            username=ADDRESS,
            password=PASSWORD,
            from_address=ADDRESS,
        )

    def make_sink(self) -> SmtpSink:
        return SmtpSink(ADDRESS, PASSWORD)
