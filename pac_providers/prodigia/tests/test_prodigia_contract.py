"""Prodigia keeps every promise of a PAC; its fake answers."""

from functools import cached_property

from hub.testing import PacContract
from pac_providers.prodigia.provider import Prodigia
from pac_providers.prodigia.testing import FakeProdigia
from pac_providers.prodigia.tests.conftest import cancellation, config, invoice


class TestProdigiaKeepsThePromisesOfAPac(PacContract):
    plugin = Prodigia
    config = config()
    request = invoice()

    @cached_property
    def prodigia(self):
        return FakeProdigia()

    @cached_property
    def cancellation(self):
        return cancellation(self.prodigia.sat.stamp(invoice("7").xml).uuid)

    def answer(self, request):
        return self.prodigia.handle(request)

    def is_write(self, request):
        return self.prodigia.is_write(request)

    def refused_credentials(self, request):
        other = FakeProdigia()
        other.password = "another-Password-2"
        return other.handle(request)

    def rejection(self, request):
        self.prodigia.refuse = ("CFDI40147", "El domicilio fiscal del receptor no corresponde")
        return self.prodigia.handle(request)

    def already_stamped(self, request):
        if self.prodigia.sat.of_bytes(self.request.xml) is None:
            self.prodigia.sat.stamp(self.request.xml)
        return self.prodigia.handle(request)

    def hidden(self, request):
        self.prodigia.hides_earlier = True
        return self.already_stamped(request)

    def never_stamped(self, request):
        return self.prodigia.handle(request)

    def cancelled(self, request):
        self.prodigia.sat.receptor_answers(self.cancellation.cfdi.uuid, accepts=True)
        return self.prodigia.handle(request)

    def cancel_refused(self, request):
        """A Prodigia that never made this stamp: SAT says 205."""
        return FakeProdigia().handle(request)


class TestProdigiaWithTheOlderFolios(TestProdigiaKeepsThePromisesOfAPac):
    config = config(arreglo_uuid="datos", verifica_serie_folio=False, environment="production")
