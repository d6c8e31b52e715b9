"""What every world of a process shares, made once: configuration, plugins, CSD, the empty database, the wires' ends."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import structlog
import yaml

import hub.flow.documents
from hub.config import Settings, load
from hub.flow.instances import Instance, Instances, plugin_configs
from hub.plugin import Client, Http
from hub.store import Store
from hub.testing.csd import make_csd
from pac_providers.sandbox.keys import PacKeys, keys_in
from tests.simulation.clock import BEGIN
from tests.simulation.database import SimulatedStore
from tests.simulation.post_office import Line, instead_of_sockets
from tests.support.plugins import registry_with

from . import shop

ISSUER = {"rfc": "EKU9003173C9", "nombre": "ESCUELA KEMPER URGATE", "regimen_fiscal": "601", "codigo_postal": "42501"}
PACS = ["first", "second"]
REVIEW_ABOVE = 5000


class Stage:
    """`http`, `smtp` and `logged` are where the present world listens."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.http: Callable[[httpx.Request], httpx.Response]
        self.smtp: Callable[[], Line]
        self.logged: Callable[[MutableMapping[str, Any]], None]
        registry = registry_with("simulated_shop", hub_sources=shop.hub_sources)
        self.settings: Settings = load(_written(folder), plugins=plugin_configs(registry))
        self.instances = self._wired(Instances.of(self.settings, registry))
        self.one_pac = _without_second_pac(self.settings)
        self.one_place = _with_one_place(self.settings)
        self.pac_keys: PacKeys = keys_in(folder / "first")
        self._empty = folder / "empty.db"
        _migrated(self._empty)
        self.database = folder / "hub.db"
        self.store = SimulatedStore(f"sqlite:///{self.database}")

    def clear(self) -> None:
        """An empty database and no ledger of the PAC: another world begins."""
        self.store.engine.dispose()
        for old in self.folder.glob("*.db-*"):
            old.unlink()
        shutil.copy(self._empty, self.database)
        for old in self.folder.glob("ledger*"):
            old.unlink()

    def _wired(self, instances: Instances) -> Instances:
        return replace(
            instances,
            sources={name: self._wire(name, one) for name, one in instances.sources.items()},
            pacs={name: self._wire(name, one) for name, one in instances.pacs.items()},
        )

    def _wire(self, name: str, instance: Instance[Any]) -> Instance[Any]:
        transport = httpx.MockTransport(lambda request: self.http(request))  # noqa: PLW0108 (another one for each world)
        return replace(instance, http=Http.of(Client(f"http://{name}.simulated", transport=transport)))


@contextmanager
def stage() -> Iterator[Stage]:
    """A folder in memory where there is one, no sockets, no PDF worker, and logs that are heard instead of written."""
    shared_memory = Path("/dev/shm")
    before, drawn = structlog.get_config(), hub.flow.documents.render
    with tempfile.TemporaryDirectory(dir=shared_memory if shared_memory.is_dir() else None) as folder:
        made = Stage(Path(folder))

        def hear(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
            made.logged(event)
            raise structlog.DropEvent

        structlog.configure(processors=[hear], cache_logger_on_first_use=False)
        hub.flow.documents.render = lambda *_, **__: b"%PDF-1.7 drawn from the XML"  # type: ignore[assignment]
        try:
            with instead_of_sockets(lambda: made.smtp()):  # noqa: PLW0108 (as above)
                yield made
        finally:
            structlog.configure(**before)
            hub.flow.documents.render = drawn
            made.store.close()


def _without_second_pac(settings: Settings) -> Settings:
    alone = settings.issuers["tienda"].model_copy(update={"pac": ("first",)})
    return settings.model_copy(update={"issuers": {"tienda": alone}})


def _with_one_place(settings: Settings) -> Settings:
    """At each PAC, so that documents stand in line and go from hand to hand."""
    pacs = {name: pac.model_copy(update={"concurrency": 1}) for name, pac in settings.pacs.items()}
    return settings.model_copy(update={"pacs": pacs})


def _migrated(path: Path) -> None:
    store = Store(f"sqlite:///{path}")
    store.migrate()
    store.close()


def _written(folder: Path) -> Path:
    csd = make_csd(ISSUER["rfc"], ISSUER["nombre"], valid_from=BEGIN.replace(year=BEGIN.year - 1))
    (folder / "csd.cer").write_bytes(csd.cer)
    (folder / "csd.key").write_bytes(csd.key)
    raw = {
        "data_dir": str(folder / "data"),
        "web": {"public_url": "http://facturas.simulated"},
        "issuers": {
            "tienda": {
                **ISSUER,
                "csd": {"certificate": {"$file": "csd.cer"}, "private_key": {"$file": "csd.key"},
                        "password": csd.password},
                "pac": PACS,
                "mail": {"notifier": "correo"},
                "invoicing": {"review_above": str(REVIEW_ABOVE)},
            }
        },
        "pacs": {name: {"use": "sandbox", "data_dir": str(folder / name), "breaker_after": 3} for name in PACS},
        "sources": {"shop": {"use": "simulated-shop", "issuer": "tienda", "every": "1 hour", "start": "2026-01-01"}},
        "notifiers": {
            "correo": {"use": "email", "host": "mail.simulated", "security": "none", "from_address": "hub@tienda.mx"}
        },
        "operator": {"notifier": "correo", "email": "operator@tienda.mx"},
    }  # fmt: skip
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    return path
