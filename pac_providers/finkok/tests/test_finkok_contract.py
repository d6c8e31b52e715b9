"""Finkok keeps every promise of a PAC; its fake answers."""

from functools import cached_property

from hub.testing import PacContract
from pac_providers.finkok.provider import Finkok
from pac_providers.finkok.testing import FakeFinkok
from pac_providers.finkok.tests.documents import cancellation, config, invoice


class TestFinkokKeepsThePromisesOfAPac(PacContract):
    plugin = Finkok
    config = config()
    request = invoice()

    @cached_property
    def finkok(self):
        return FakeFinkok()

    @cached_property
    def cancellation(self):
        return cancellation(self.finkok.sat.stamp(invoice("7").xml).uuid)

    def answer(self, request):
        return self.finkok.handle(request)

    def is_write(self, request):
        return self.finkok.is_write(request)

    def refused_credentials(self, request):
        other = FakeFinkok()
        other.password = "another-Password-2"
        return other.handle(request)

    def rejection(self, request):
        self.finkok.refusals = [("CFDI40147", "El domicilio fiscal del receptor no corresponde", "01000")]
        return self.finkok.handle(request)

    def already_stamped(self, request):
        if self.finkok.sat.of_bytes(self.request.xml) is None:
            self.finkok.sat.stamp(self.request.xml)
        return self.finkok.handle(request)

    def hidden(self, request):
        self.finkok.hides = 9
        return self.already_stamped(request)

    def never_stamped(self, request):
        return self.finkok.handle(request)

    def cancelled(self, request):
        self.finkok.sat.receptor_answers(self.cancellation.cfdi.uuid, accepts=True)
        return self.finkok.handle(request)

    def cancel_refused(self, request):
        """A Finkok that never made this stamp: SAT says 205."""
        return FakeFinkok().handle(request)
