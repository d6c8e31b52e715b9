"""A whole hub for a test: real configuration, database, sandbox PAC over its wire, Stripe and SMTP over sockets."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml
from sqlalchemy import inspect, text
from sqlmodel import SQLModel, select

from connectors.stripe.testing import FakeStripe
from hub.config import Settings, load
from hub.engine.local import LocalEngine
from hub.engine.queue.jobs import Jobs
from hub.engine.queue.schema import prepare
from hub.engine.queue.worker import QueueWorker
from hub.engine.scheduler import poll_now
from hub.flow.context import Flow
from hub.flow.instances import Instances, plugin_configs
from hub.flow.portal import Portal
from hub.flow.portal_model import FiscalData, Purchase
from hub.flow.receive import receive
from hub.logs import secrets_of
from hub.registry import Registry
from hub.secrecy import learn
from hub.store import Cfdi, Store, Ticket
from hub.testing.csd import make_csd
from hub.testing.smtp import SmtpSink
from pac_providers.sandbox.behaviour import Behaviours
from pac_providers.sandbox.ledger import Ledger

ISSUER = {"rfc": "EKU9003173C9", "nombre": "ESCUELA KEMPER URGATE", "regimen_fiscal": "601", "codigo_postal": "42501"}
CSD = make_csd("EKU9003173C9", "ESCUELA KEMPER URGATE")
REGISTRY = Registry.load()


def configuration(folder: Path, database_url: str, stripe_url: str, smtp_port: int) -> dict:
    """What a merchant would write."""
    (folder / "csd.cer").write_bytes(CSD.cer)
    (folder / "csd.key").write_bytes(CSD.key)
    (folder / "ventas").mkdir(exist_ok=True)
    return {
        "data_dir": str(folder / "data"),
        "database": {"url": database_url},
        "web": {"public_url": "http://facturas.example"},
        "network": {"private_addresses": ["127.0.0.0/8"]},
        "issuers": {
            "tienda": {
                **ISSUER,
                "csd": {
                    "certificate": {"$file": "csd.cer"},
                    "private_key": {"$file": "csd.key"},
                    "password": CSD.password,
                },
                "pac": "pruebas",
                "mail": {"notifier": "correo"},
                "portal": {"nombre": "Tienda de Prueba"},
            }
        },
        "pacs": {"pruebas": {"use": "sandbox", "data_dir": str(folder / "pac")}},
        "sources": {
            "stripe-mx": {
                "use": "stripe",
                "issuer": "tienda",
                "every": "1 hour",
                "start": "2026-01-01",
                "api_key": "sk_test_fake",
                "webhook_secret": "whsec_fake",
                "api_url": stripe_url,
            }
        },
        "notifiers": {
            "correo": {
                "use": "email",
                "host": "127.0.0.1",
                "port": smtp_port,
                "security": "none",
                "from_address": "facturas@tienda.example",
            }
        },
        "operator": {"notifier": "correo", "email": "operador@tienda.example"},
    }


@dataclass
class Clock:
    """The real time, moved by hand; or one that stands still between the moves."""

    ahead: timedelta = timedelta(0)
    stopped_at: datetime | None = None

    def __call__(self) -> datetime:
        return (self.stopped_at or datetime.now(UTC)) + self.ahead

    def stop(self) -> None:
        """From now on only moved by hand."""
        self.stopped_at = datetime.now(UTC)


class QueueEngine:
    """The large engine in this process, with what the scheduler would sweep."""

    def __init__(self, store: Store, workers: int) -> None:
        prepare(store)
        self._jobs = Jobs()
        self._worker = QueueWorker(workers)
        self.kick = self._jobs.kick

    def run_until_idle(self, flow: Flow) -> None:
        """Work until nothing is due."""
        while True:
            self._worker.run_waiting(flow)
            with flow.store.read() as session:
                jobs = session.execute(text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'"))
            if not jobs.scalar() and not self._jobs.sweep(flow):
                return


@dataclass
class World:
    """All that a test of the whole may look at."""

    folder: Path
    settings: Settings
    flow: Flow
    engine: LocalEngine | QueueEngine
    stripe: FakeStripe
    smtp: SmtpSink
    clock: Clock

    def work(self) -> None:
        """Let the engine run until nothing is due."""
        self.engine.run_until_idle(self.flow)

    def pass_time(self, **delta: float) -> None:
        """Move the clock and let happen what is due then."""
        self.clock.ahead += timedelta(**delta)
        self.work()

    def deliver(self, event: dict, source: str = "stripe-mx") -> bool:
        """Stripe sends an event to the hub's webhook."""
        headers, body = self.stripe.delivery(event)
        return receive(self.flow, source, headers, body).new

    def poll(self, source: str = "stripe-mx") -> None:
        """The clock says that it is time to read a source."""
        poll_now(self.flow, source)
        self.work()

    def all(self, table: type[SQLModel]) -> list:
        """Every row of a table, in the order of its key: PostgreSQL gives changed rows last otherwise."""
        with self.flow.store.read() as session:
            return list(session.exec(select(table).order_by(*inspect(table).primary_key)))

    def only(self, table: type[SQLModel]):
        """The one row of a table."""
        (row,) = self.all(table)
        return row

    @property
    def ticket(self) -> Ticket:
        return self.only(Ticket)

    @property
    def cfdi(self) -> Cfdi:
        return self.only(Cfdi)

    def ledger(self, pac: str = "pruebas") -> Ledger:
        """A sandbox PAC's own record, as its operator sees it."""
        return Ledger(Path(self.settings.pacs[pac].options.get("data_dir", self.folder / "pac")) / "pac.sqlite")

    def misbehave(self, name: str, *, times: int | None = 1, seconds: float = 0, pac: str = "pruebas") -> None:
        """Tell a sandbox PAC to have a bad day."""
        with closing(self.ledger(pac)) as ledger:
            Behaviours(ledger).set(name, times=times, seconds=seconds)

    def behave(self, pac: str = "pruebas") -> None:
        """The bad day is over."""
        with closing(self.ledger(pac)) as ledger:
            Behaviours(ledger).clear()

    def stamps(self, pac: str = "pruebas") -> list[str]:
        """UUIDs that a PAC stamped."""
        with closing(self.ledger(pac)) as ledger:
            return [stamp.uuid.lower() for stamp in ledger.stamps()]

    @property
    def cfdi_count(self) -> int:
        return len(self.all(Cfdi))

    @property
    def portal(self) -> Portal:
        """The portal's steps, with the engine at work while the buyer waits."""
        return Portal(self.flow, sleep=lambda _: self.work())

    def claim(self, token: str, **changes: str) -> Purchase:
        """What a buyer does in the portal: type, review, ask for the invoice."""
        data = FiscalData(**{**GOOD_BUYER, "email": "compras@prueba.example", **changes})
        assert not isinstance(self.portal.review(token, data), tuple)
        shown = self.portal.invoice(token, data)
        assert isinstance(shown, Purchase)
        return shown


@contextmanager
def world(
    folder: Path, database_url: str, *, registry: Registry = REGISTRY, queue: bool = False, **changes: object
) -> Iterator[World]:
    """A hub in a folder; `changes` are dotted paths of the configuration, with `__` for the point.

    With `queue` the large engine works, which wants PostgreSQL.
    """
    stripe = FakeStripe()
    with stripe.serving() as stripe_url, closing(SmtpSink()) as smtp:
        raw = configuration(folder, database_url, stripe_url, smtp.port)
        for path, value in changes.items():
            _set(raw, path.split("__"), value)
        (folder / "config.yaml").write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
        settings = load(folder / "config.yaml", plugins=plugin_configs(registry))
        learn(secrets_of(settings, plugin_configs(registry)))
        store = Store(settings.database_url())
        store.migrate()
        workers = settings.engine.workers
        engine, clock = QueueEngine(store, workers) if queue else LocalEngine(workers), Clock()
        flow = Flow(
            settings,
            store,
            Instances.of(settings, registry),
            kick=engine.kick,
            now=clock,
            seconds=lambda: clock().timestamp(),
        )
        try:
            yield World(folder, settings, flow, engine, stripe, smtp, clock)
        finally:
            flow.instances.close()
            store.close()


def _set(tree: dict, path: list[str], value: object) -> None:
    for key in path[:-1]:
        tree = tree.setdefault(key, {})
    tree[path[-1]] = value


GOOD_BUYER = {
    "rfc": "CPU200101AB8",
    "nombre": "CLIENTE DE PRUEBA UNO",
    "codigo_postal": "06600",
    "regimen_fiscal": "601",
    "uso_cfdi": "G03",
}
"""Known to the sandbox's padrón."""
METADATA = {"razon_social" if name == "nombre" else name: value for name, value in GOOD_BUYER.items()}
"""The same as a shop would put it into Stripe's metadata."""
