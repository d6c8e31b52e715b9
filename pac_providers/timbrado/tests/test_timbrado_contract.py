"""ATEB keeps the promises of a PAC, as far as it is known; its fake answers."""

from functools import cached_property

from hub.testing import PacContract
from pac_providers.timbrado.provider import Timbrado
from pac_providers.timbrado.testing import FakeAteb
from pac_providers.timbrado.tests.conftest import cancellation, config, invoice


class TestTimbradoKeepsThePromisesOfAPac(PacContract):
    plugin = Timbrado
    config = config()
    request = invoice()

    @cached_property
    def ateb(self):
        return FakeAteb()

    @cached_property
    def cancellation(self):
        return cancellation(self.ateb.sat.stamp(invoice("7").xml).uuid)

    def answer(self, request):
        return self.ateb.handle(request)

    def is_write(self, request):
        return self.ateb.is_write(request)

    def refused_credentials(self, request):
        other = FakeAteb()
        other.password = "another-Password-2"
        return other.handle(request)

    def rejection(self, request):
        self.ateb.refuse = (
            "<Descripcion>Errores de verificación</Descripcion><ErroresVerificacion><VerificationError><Descripcion>"
            "CFDI40147 - El domicilio fiscal no corresponde</Descripcion></VerificationError></ErroresVerificacion>"
        )
        return self.ateb.handle(request)

    def already_stamped(self, request):
        if self.ateb.sat.of_bytes(self.request.xml) is None:
            self.ateb.sat.stamp(self.request.xml)
        return self.ateb.handle(request)

    def hidden(self, request):
        self.ateb.shows_earlier = False
        return self.already_stamped(request)

    def never_stamped(self, request):
        return self.ateb.handle(request)

    def cancel_refused(self, request):
        """An ATEB that never made this stamp: SAT says 205."""
        return FakeAteb().handle(request)
