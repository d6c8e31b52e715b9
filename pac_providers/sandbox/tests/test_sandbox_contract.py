"""The sandbox keeps every promise of a PAC; the real service answers, only the faults are ours."""

import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import httpx
import pytest

from hub.plugin import CancelRequest, StampRequest
from hub.testing import PacContract
from pac_providers.sandbox.behaviour import Behaviours
from pac_providers.sandbox.provider import Sandbox, SandboxConfig
from pac_providers.sandbox.storage import storage_in
from pac_providers.sandbox.tests.cancelling import Issued, signed_cancelacion
from pac_providers.sandbox.tests.documents import EMISOR, invoice
from pac_providers.sandbox.tests.hub_side import Pac

FIVE_DAYS_S = 5 * 24 * 3600


class TestSandboxKeepsThePromisesOfAPac(PacContract):
    plugin = Sandbox

    @pytest.fixture(autouse=True)
    def _own_folder(self, data_dir: Path) -> Iterator[None]:
        self.config = SandboxConfig(data_dir=data_dir)
        yield
        storage_in(data_dir).ledger.close()

    @cached_property
    def request(self) -> StampRequest:
        return StampRequest("doc-1042", invoice().sealed(), EMISOR)

    @cached_property
    def cancellation(self) -> CancelRequest:
        issued = Issued.by(Pac(self.config), invoice("1043"))
        return CancelRequest(issued.reference, "02", signed_cancelacion(issued.uuid))

    def is_write(self, request: httpx.Request) -> bool:
        return request.url.path.startswith(("/v1/stamp", "/v1/cancel", "/v1/answer", "/v1/issuers"))

    def rejection(self, request: httpx.Request) -> httpx.Response:
        """Five days after its date no CFDI is stamped (401)."""
        Behaviours(storage_in(self.config.data_dir).ledger).set("clock_offset", seconds=FIVE_DAYS_S)
        return self.remote(request)

    def already_stamped(self, request: httpx.Request) -> httpx.Response:
        self.stamp()
        return self.remote(request)

    def hidden(self, request: httpx.Request) -> httpx.Response:
        if not self.is_write(request):
            return httpx.Response(400, json={"code": "603", "message": "El CFDI no contiene un timbre previo."})
        answer = json.loads(self.already_stamped(request).content)
        return httpx.Response(400, json={"code": answer["code"], "message": answer["message"]})

    def never_stamped(self, request: httpx.Request) -> httpx.Response:
        return self.remote(request)

    def cancel_refused(self, request: httpx.Request) -> httpx.Response:
        """A sandbox that never made this stamp says 205."""
        elsewhere = Sandbox(SandboxConfig(data_dir=self.config.data_dir / "elsewhere"))
        return elsewhere.client().transport.handle_request(request)
