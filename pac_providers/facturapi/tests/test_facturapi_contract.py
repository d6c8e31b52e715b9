"""Facturapi keeps every promise of a PAC that seals; its fake answers."""

from functools import cached_property

from hub.testing import PacContract
from pac_providers.facturapi.provider import Facturapi
from pac_providers.facturapi.testing import FakeFacturapi, error
from pac_providers.facturapi.tests.conftest import cancellation, invoice, live


class TestFacturapiKeepsThePromisesOfAPac(PacContract):
    plugin = Facturapi
    config = live()
    request = invoice()
    replays = "refuses"

    @cached_property
    def facturapi(self):
        fake = FakeFacturapi()
        fake.replays = self.replays
        return fake

    @cached_property
    def cancellation(self):
        return cancellation(self.make().stamp(self.http(self.facturapi.handle), invoice("7")).uuid)

    def answer(self, request):
        return self.facturapi.handle(request)

    def is_write(self, request):
        return self.facturapi.is_write(request)

    def rejection(self, request):
        details = [{"code": "CFDI40161", "source": "sat", "message": "El uso no corresponde"}]
        self.facturapi.refuse = (400, error(400, "invoice_stamping_validation_error", "no", details).json())
        return self.facturapi.handle(request)

    def already_stamped(self, request):
        if not self.facturapi.stamps:
            self.stamp(self.facturapi.handle)
        return self.facturapi.handle(request)

    def hidden(self, request):
        self.facturapi.lists_after = 9
        return self.already_stamped(request)

    def never_stamped(self, request):
        return self.facturapi.handle(request)

    def cancelled(self, request):
        self.facturapi.sat.receptor_answers(self.cancellation.cfdi.uuid, accepts=True)
        return self.facturapi.handle(request)

    def cancel_refused(self, request):
        if request.method == "DELETE":
            return error(400, "invoice_not_cancelable_by_sat", "El SAT no permite cancelar la factura")
        return self.facturapi.handle(request)


class TestFacturapiThatReturnsTheInvoiceOfAUsedKey(TestFacturapiKeepsThePromisesOfAPac):
    replays = "returns"

    def hidden(self, request):
        self.facturapi.pending_for = 9
        return self.already_stamped(request)
