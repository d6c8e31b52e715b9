"""Facturama keeps every promise of a PAC that seals."""

import json
from decimal import Decimal
from functools import cached_property

import httpx

from hub.plugin import CancelRequest, CfdiReference, Stamped, StampRequest
from hub.testing import PacContract
from hub.testing.pac_cases import INVOICE
from pac_providers.facturama.config import FacturamaConfig
from pac_providers.facturama.provider import Facturama
from pac_providers.facturama.testing import PASSWORD, USER, FakeFacturama


class TestFacturama(PacContract):
    plugin = Facturama
    config = FacturamaConfig(user=USER, password=PASSWORD)
    request = StampRequest("tienda-HUB-1042", INVOICE, "EKU9003173C9")

    @cached_property
    def fake(self) -> FakeFacturama:
        return FakeFacturama()

    @cached_property
    def cancellation(self) -> CancelRequest:
        made = self.make().stamp(
            self.http(self.fake.handle),
            StampRequest("tienda-HUB-1", INVOICE.replace(b'Folio="1042"', b'Folio="1"'), "EKU9003173C9"),
        )
        assert isinstance(made, Stamped)
        reference = CfdiReference(made.uuid, "EKU9003173C9", "URE180429TM6", Decimal("1160.00"), "")
        return CancelRequest(reference, "02", b"")

    def answer(self, request: httpx.Request) -> httpx.Response:
        return self.fake.handle(request)

    def is_write(self, request: httpx.Request) -> bool:
        return self.fake.is_write(request)

    def rejection(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            order = json.loads(request.content)
            order["Receiver"]["TaxZipCode"] = "01000"
            request = httpx.Request("POST", request.url, headers=request.headers, content=json.dumps(order))
        return self.answer(request)

    def already_stamped(self, request: httpx.Request) -> httpx.Response:
        """The strictest Facturama there could be: it refuses a folio that it knows."""
        if not self.fake.stamps:
            self.stamp(self.fake.handle)
        self.fake.refuses_used_folios = True
        return self.answer(request)

    def hidden(self, request: httpx.Request) -> httpx.Response:
        self.fake.lists_after = 9
        return self.already_stamped(request)

    def never_stamped(self, request: httpx.Request) -> httpx.Response:
        return self.answer(request)

    def cancel_refused(self, request: httpx.Request) -> httpx.Response:
        if self.is_write(request):
            self.fake.refuses_cancellations = True
        return self.answer(request)


class TestFacturamaWeb(TestFacturama):
    config = FacturamaConfig(user=USER, password=PASSWORD, api="web", rfc="EKU9003173C9")
