"""Plugin packages made on the spot: a module in sys.modules and an entry point with package metadata."""

import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import EntryPoint, PathDistribution
from pathlib import Path
from typing import Any

from hub.plugin import Http, Ignored, Page, Record, Source, hookimpl


class ShopSource(Source[Any]):
    """The least that is a source."""

    name = "shop"

    def check(self, http: Http) -> str:
        return "ok"

    def pages(self, http: Http, since: datetime) -> Iterator[Page]:
        yield Page([])

    def to_sale(self, record: Record) -> Ignored:
        return Ignored("nothing to invoice")


def brings(hook: str, *classes: object) -> Callable[..., Any]:
    """A registration hook that answers these classes."""

    def implementation() -> list[object]:
        return list(classes)

    return hookimpl(implementation, specname=hook)


@contextmanager
def packages(folder: Path) -> Iterator[Callable[..., EntryPoint]]:
    """Gives `package(distribution, entry point, **module attributes)`."""
    made: list[str] = []

    def package(distribution: str, entry_point: str, source: str = "", **attributes: object) -> EntryPoint:
        module = f"plugin_{len(made)}_{entry_point}".replace("-", "_")
        made.append(module)
        if source:
            (folder / f"{module}.py").write_text(source)
        else:
            sys.modules[module] = types.ModuleType(module)
            vars(sys.modules[module]).update(attributes)
        metadata = folder / f"{distribution.replace('-', '_')}-1.0.dist-info"
        metadata.mkdir(exist_ok=True)
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
        point = EntryPoint(entry_point, module, "hub.plugins")
        vars(point).update(dist=PathDistribution(metadata))
        return point

    sys.path.insert(0, str(folder))
    try:
        yield package
    finally:
        sys.path.remove(str(folder))
        for module in made:
            sys.modules.pop(module, None)
