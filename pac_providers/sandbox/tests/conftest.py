"""A sandbox in a fresh folder, spoken to as the hub does."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from pac_providers.sandbox.behaviour import Behaviours
from pac_providers.sandbox.keys import keys_in
from pac_providers.sandbox.ledger import Ledger
from pac_providers.sandbox.provider import SandboxConfig
from pac_providers.sandbox.server import serve
from pac_providers.sandbox.settings import Settings
from pac_providers.sandbox.storage import storage_in
from pac_providers.sandbox.tests.hub_side import Pac


@pytest.fixture(scope="session")
def pac_pem(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("keys")
    keys_in(folder)
    return (folder / "pac.pem").read_bytes()


@pytest.fixture
def data_dir(tmp_path: Path, pac_pem: bytes) -> Path:
    """A folder of its own for each test, with a key that need not be made again."""
    folder = tmp_path / "sandbox"
    folder.mkdir()
    (folder / "pac.pem").write_bytes(pac_pem)
    return folder


@pytest.fixture
def open_pac(data_dir: Path) -> Iterator[Callable[..., Pac]]:
    """Make embedded PACs on this test's folder."""
    opened: list[Pac] = []

    def make(**config: object) -> Pac:
        opened.append(Pac(SandboxConfig(data_dir=data_dir, **config)))
        return opened[-1]

    yield make
    for pac in opened:
        pac.http.close()
    storage_in(data_dir).ledger.close()


@pytest.fixture
def pac(open_pac: Callable[..., Pac]) -> Pac:
    return open_pac()


@pytest.fixture(params=["embedded", "server"])
def any_pac(request: pytest.FixtureRequest, data_dir: Path, open_pac: Callable[..., Pac]) -> Iterator[Pac]:
    """The same PAC in the process and behind a real socket."""
    if request.param == "embedded":
        yield open_pac()
        return
    with serve(data_dir, Settings()) as server:
        thread = Thread(target=server.serve_forever, args=(0.005,))
        thread.start()
        yield open_pac(url=f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()


@pytest.fixture
def ledger(data_dir: Path) -> Iterator[Ledger]:
    """The ledger as another process sees it."""
    ledger = Ledger(data_dir / "pac.sqlite")
    yield ledger
    ledger.close()


@pytest.fixture
def behaviours(ledger: Ledger) -> Behaviours:
    return Behaviours(ledger)
