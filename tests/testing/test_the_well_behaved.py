"""What an author writes to have a plugin checked: these classes are the whole of it."""

import shutil
import tempfile
from functools import cached_property
from pathlib import Path

import httpx

from hub.testing import (
    HttpSink,
    LocalSourceContract,
    NotifierContract,
    PacContract,
    WebhookSourceContract,
    WriteBackContract,
)
from hub.testing.smtp import SmtpSink
from tests.testing import acme, acme_channel, acme_folder, acme_mail, acme_notes, acme_seals


class TestAcmeSource(WebhookSourceContract):
    plugin = acme.AcmeSource
    config = acme.AcmeConfig(shop="demo", api_key=acme.SECRET, webhook_secret=acme.WEBHOOK_SECRET)
    movements = acme.MOVEMENTS

    def answer(self, request):
        return acme.acme_shop(request)

    def broken(self, record):
        return {**record, "items": []}

    def deliveries(self):
        return [acme.delivery("e1", "A1"), acme.delivery("e2", "A2"), acme.delivery("e3", "A1")]


class TestAcmeNotes(WriteBackContract, TestAcmeSource):
    plugin = acme_notes.AcmeNotes

    @cached_property
    def shop(self):
        return acme_notes.NoteShop()

    def answer(self, request):
        return self.shop(request)

    def shown(self):
        return self.shop.notes


class TestAcmeFolder(LocalSourceContract):
    plugin = acme_folder.AcmeFolder
    movements = acme_folder.MOVEMENTS

    @cached_property
    def config(self):
        return acme_folder.FolderConfig(folder=acme_folder.fill(Path(tempfile.mkdtemp())))

    def teardown_method(self):
        shutil.rmtree(self.config.folder, ignore_errors=True)

    def broken(self, record):
        return {**record, "total": "mucho"}

    def take_away(self):
        shutil.rmtree(self.config.folder)


class TestAcmePac(PacContract):
    plugin = acme.AcmePac
    config = acme.AcmePacConfig(token=acme.SECRET)
    office = acme.PacOffice

    def answer(self, request):
        return self.office()(request)

    def rejection(self, request):
        return httpx.Response(400, json={"code": "CFDI40147", "message": "El código postal no corresponde"})

    def already_stamped(self, request):
        return self._with_a_stamp()(request)

    def hidden(self, request):
        office = self._with_a_stamp()
        office.shows = False
        return office(request)

    def never_stamped(self, request):
        return self.office()(request)

    def cancel_refused(self, request):
        return httpx.Response(400, json={"code": "205", "message": "UUID no existe"})

    def cancelled(self, request):
        office = self.office()
        office.estado = "Cancelado"
        return office(request)

    def _with_a_stamp(self):
        office = self.office()
        self.stamp(office)
        return office


class TestAcmeSealer(TestAcmePac):
    plugin = acme_seals.AcmeSealer
    request = acme_seals.REQUEST
    office = acme_seals.SealingOffice


class TestAcmeChat(NotifierContract):
    plugin = acme.AcmeChat
    config = acme.AcmeChatConfig(token=acme.SECRET)

    def make_sink(self):
        return HttpSink(acme_channel.read_chat, refusal=httpx.Response(200, json={"ok": False}))


class TestAcmeMail(NotifierContract):
    plugin = acme_mail.AcmeMail

    @property
    def config(self):
        return acme_mail.MailConfig(
            host=self.sink.host, port=self.sink.port, username="hub@mitienda.example", password=acme.SECRET
        )

    def make_sink(self):
        return SmtpSink("hub@mitienda.example", acme.SECRET)
