"""SW keeps every promise of a PAC, with a login and with a token; its fake answers."""

from functools import cached_property

from hub.testing import PacContract
from pac_providers.sw.provider import Sw
from pac_providers.sw.testing import FakeSw
from pac_providers.sw.tests.documents import ADDENDA, cancellation, config, invoice


class TestSwKeepsThePromisesOfAPac(PacContract):
    plugin = Sw
    config = config()
    request = invoice(addenda=ADDENDA)

    @cached_property
    def sw(self):
        return FakeSw()

    @cached_property
    def cancellation(self):
        return cancellation(self.sw.sat.stamp(invoice("7").xml).uuid)

    def answer(self, request):
        return self.sw.handle(request)

    def is_write(self, request):
        return self.sw.is_write(request)

    def refused_credentials(self, request):
        other = FakeSw()
        other.password = other.infinite_token = "another-secret-2"
        return other.handle(request)

    def rejection(self, request):
        self.sw.refusals = [("CFDI40147 - El domicilio fiscal del receptor no corresponde.", "01000")]
        return self.sw.handle(request)

    def already_stamped(self, request):
        if self.sw.sat.of_bytes(self.request.xml) is None:
            self.sw.sat.stamp(self.request.xml)
        return self.sw.handle(request)

    def hidden(self, request):
        self.sw.hides = 9
        return self.already_stamped(request)

    def never_stamped(self, request):
        return self.sw.handle(request)

    def cancelled(self, request):
        self.sw.sat.receptor_answers(self.cancellation.cfdi.uuid, accepts=True)
        return self.sw.handle(request)

    def cancel_refused(self, request):
        """An SW that never made this stamp: SAT says 205."""
        other = FakeSw()
        if self.is_write(request):
            request.headers["authorization"] = f"Bearer {other.infinite_token}"
        return other.handle(request)


class TestSwWithATokenWithoutEnd(TestSwKeepsThePromisesOfAPac):
    config = config(user="", password=None, token=FakeSw.infinite_token)
