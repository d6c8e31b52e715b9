"""`python -m examples.demo [--once]`: see a hub at work."""

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from connectors.stripe.testing import FakeStripe
from hub.store import Store

from . import checks, mail_page, mailbox, report
from .daemon import ask, running
from .outcome import outcomes, results
from .ports import free_port
from .sales import CLAIMED
from .shop import Shop
from .world import World, clean_folder, make_world

WEB_PORT, MAIL_PORT, SMTP_PORT = 8080, 8025, 8026


@dataclass(frozen=True, slots=True)
class Demo:
    """All that runs."""

    world: World
    mailbox: mailbox.Mailbox
    mail_url: str
    store: Store
    shop: Shop


@contextmanager
def started(folder: Path) -> Iterator[Demo]:
    """Folder, Stripe, mail catcher and daemon, while the block runs."""
    stripe = FakeStripe()
    smtp_port = free_port(SMTP_PORT)
    with clean_folder(folder), stripe.serving() as stripe_url:
        world = make_world(folder, web_port=free_port(WEB_PORT), smtp_port=smtp_port, stripe_url=stripe_url)
        with (
            mailbox.catching(world.out("mail"), smtp_port) as mails,
            mail_page.showing(mails, free_port(MAIL_PORT)) as mail_url,
            running(world),
            closing(Store(world.database_url)) as store,
        ):
            yield Demo(world, mails, mail_url, store, Shop(world, stripe, mails, store))


def play(demo: Demo) -> bool:
    """The shop's day, told on the terminal; whether all of it came out right."""
    screen = report.console()
    screen.print(f"[bold]hub run[/bold] listens on {demo.world.url}, its log is {demo.world.log}")
    screen.print(
        f"Stripe delivers {demo.shop.sells()} signed webhooks; an XLSX and a CSV lie in {demo.world.folder}/ventas"
    )
    files = demo.shop.buyer_claims()
    screen.print(
        f"the buyer of {CLAIMED} opened the mailed link, gave four facts and has {' and '.join(sorted(files))}"
    )
    demo.shop.customer_comes_back()
    screen.print()
    screen.print(report.table(results(demo.store)))
    done = _write(demo)
    wrong = [check for check in done if not check.ok]
    for check in wrong:
        screen.print(f"FAILED {check.subject}: {check.check}: {check.says}", style="red", markup=False)
    screen.print(f"\n{len(done) - len(wrong)} of {len(done)} checks hold; everything is in {demo.world.folder}/out")
    return not wrong


def _write(demo: Demo) -> list[checks.Check]:
    found, mails = results(demo.store), demo.mailbox.mails
    report.write_files(demo.world, found)
    done = list(checks.checks(found, mails))
    reconciliation = json.loads(ask(demo.world, "reconcile", "--json"))
    report.write_report(demo.world, found, mails, reconciliation=reconciliation, checks=done)
    return done


def _stay(demo: Demo, stop: threading.Event) -> None:
    screen = report.console()
    unclaimed = next(outcome for outcome in outcomes(demo.store) if outcome.state == "open" and outcome.told)
    hub = f"{_hub()} --config {demo.world.config}"
    screen.print(f"""
[bold]Try it[/bold]
  claim an invoice   {demo.world.url}/f/{unclaimed.link}
                     for example RFC XIA190128J61, XENON INDUSTRIAL ARTICLES, CP 76343, régimen 601
                     (more test taxpayers: {hub} sandbox padron)
  the shop's portal  {demo.world.url}/p/jacaranda
  read the mail      {demo.mail_url}
  drop a file        with sales, CSV or XLSX, into {demo.world.folder}/ventas (done/ there shows how)
  ask the hub        {hub} tickets list
                     {hub} reconcile

Ctrl-C ends it.""")
    stop.wait()


def _hub() -> str:
    command = Path(sys.executable).with_name("hub")
    return os.path.relpath(command) if command.exists() else "hub"


def main() -> int:
    """Exit code 0 if everything came out right."""
    options = _options()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with started(options.folder) as demo:
            right = play(demo)
            if not options.once:
                _stay(demo, stop)
    except KeyboardInterrupt:
        print("\nended")
        return 0
    return 0 if right else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m examples.demo", description="A whole hub on this machine.")
    parser.add_argument("--once", action="store_true", help="end when every sale has come to its end")
    parser.add_argument("--folder", type=Path, default=Path("demo"), help="where everything is written")
    return parser.parse_args()


sys.exit(main())
