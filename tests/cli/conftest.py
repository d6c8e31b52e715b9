"""Folders with a hub in them, for `hub` commands as processes of their own."""

import json
from types import SimpleNamespace

import pytest

from tests.support.process import hub
from tests.support.world import METADATA, world

FILES = {
    "use": "files",
    "issuer": "tienda",
    "every": "1 hour",
    "start": "2026-01-01",
    "folder": "ventas",
    "settle_s": 0,
    "invoice": "hold",
}
ROWS = """Folio,Fecha,Concepto,Total,Forma de pago
F-1,2026-11-01,Café molido,"1,234.50",01
F-2,2026-11-01,Taza,mucho,01
"""


@pytest.fixture
def folder(tmp_path):
    """A hub that sold nothing yet, with a folder source that holds what it reads."""
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db", sources__archivos=FILES) as made:
        yield made


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """One sale in every state: invoiced, open, held, in doubt; and a record that was set aside."""
    path = tmp_path_factory.mktemp("shop")
    with world(path, f"sqlite:///{path}/hub.db", sources__archivos=FILES) as made:
        made.stripe.pay(50000, metadata=METADATA, receipt_email="ana@cliente.example")
        made.stripe.pay(116000, receipt_email="eva@cliente.example")
        made.poll()
        (path / "ventas" / "dia.csv").write_text(ROWS, encoding="utf-8")
        made.poll("archivos")
        made.misbehave("fail", times=None)
        made.stripe.pay(70000, metadata=METADATA, receipt_email="ana@cliente.example")
        made.poll()
        yield made


@pytest.fixture
def answer():
    """The value that a command answers with `--json`, and its exit code."""

    def ask(made, *arguments):
        done = hub(made.folder, *arguments, "--json")
        return SimpleNamespace(value=json.loads(done.stdout), code=done.returncode, stderr=done.stderr)

    return ask
