"""The folder of the demonstration: configuration, CSD, files with sales, and room for what comes out."""

import fcntl
import shutil
import string
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hub.testing.csd import make_csd

from .files import write_files
from .ports import HOST

HERE = Path(__file__).parent
MARK = ".made-by-make-demo"
ENV = "CSD_PASSWORD={password}\nSTRIPE_API_KEY=sk_test_fake\nSTRIPE_WEBHOOK_SECRET=whsec_fake\n"


class _Text(string.Template):
    # A `$` has its own meaning in the configuration.
    delimiter = "~"


@dataclass(frozen=True, slots=True)
class World:
    """Where everything is."""

    folder: Path
    web_port: int

    @property
    def config(self) -> Path:
        return self.folder / "config.yaml"

    @property
    def database_url(self) -> str:
        return f"sqlite:///{(self.folder / 'data' / 'hub.db').absolute()}"

    @property
    def log(self) -> Path:
        return self.folder / "hub.log"

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.web_port}"

    def out(self, kind: str) -> Path:
        """A folder for one kind of result."""
        folder = self.folder / "out" / kind
        folder.mkdir(parents=True, exist_ok=True)
        return folder


@contextmanager
def clean_folder(folder: Path) -> Iterator[None]:
    """Begin with an empty folder, and keep a second demonstration out of it."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise SystemExit(f"{folder} was not made by this demonstration; move it away first")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / MARK).open("w") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(f"a demonstration is running in {folder}; end it first") from None
        for each in folder.iterdir():
            if each.name != MARK:
                shutil.rmtree(each) if each.is_dir() else each.unlink()
        yield


def make_world(folder: Path, *, web_port: int, smtp_port: int, stripe_url: str) -> World:
    """Write what a merchant would have: configuration, certificate, secrets and files with sales."""
    world = World(folder, web_port)
    now = datetime.now(UTC)
    _certificate(folder)
    shutil.copy(HERE / "logo.png", folder)
    start = f"{now - timedelta(days=2):%Y-%m-%d}"
    text = _Text((HERE / "config.yaml").read_text(encoding="utf-8"))
    filled = text.substitute(web_port=web_port, smtp_port=smtp_port, stripe_url=stripe_url, start=start)
    world.config.write_text(filled, encoding="utf-8")
    (folder / "ventas").mkdir()
    write_files(folder / "ventas", now)
    return world


def _certificate(folder: Path) -> None:
    secrets = folder / "secrets"
    secrets.mkdir(mode=0o700)
    csd = make_csd("EKU9003173C9", "ESCUELA KEMPER URGATE")
    (secrets / "csd.cer").write_bytes(csd.cer)
    (secrets / "csd.key").write_bytes(csd.key)
    env = folder / ".env"
    env.touch(mode=0o600)
    env.write_text(ENV.format(password=csd.password), encoding="utf-8")
