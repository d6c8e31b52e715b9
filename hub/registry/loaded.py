"""What the registry knows of one installed plugin package, healthy or refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint
from typing import Any

from hub.plugin import Notifier, PacProvider, Source

BUILT_IN = "autofactura-hub"


def package_of(point: EntryPoint) -> tuple[str, str]:
    """Name and version of the package that brings an entry point; empty if its metadata do not say."""
    try:
        return (str(point.dist.name or ""), str(point.dist.version or "")) if point.dist else ("", "")
    except Exception:  # metadata are a foreign file
        return "", ""


@dataclass(frozen=True, slots=True)
class LoadedPlugin:
    """One entry point of the group `hub.plugins`.

    Attributes:
        distribution: the package that brings it, as pip knows it; empty if there is none.
        entry_point: its name in the package's `[project.entry-points."hub.plugins"]`.
        module: where that entry point leads.
        hooks: names of the hooks that it implements.
        error: why it was refused, in words for the operator; empty if it is healthy.
        offers: the names that it brings, also when it was refused for one of them.
        waivers: checks of the conformance kit that it does not meet, each with its written reason, by class name.
        import_ms: how long its import took.
    """

    distribution: str
    version: str
    entry_point: str
    module: str
    sources: Mapping[str, type[Source[Any]]] = field(default_factory=dict)
    pac_providers: Mapping[str, type[PacProvider[Any]]] = field(default_factory=dict)
    notifiers: Mapping[str, type[Notifier[Any]]] = field(default_factory=dict)
    hooks: tuple[str, ...] = ()
    error: str = ""
    offers: frozenset[str] = frozenset()
    waivers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    import_ms: float = 0.0

    @property
    def healthy(self) -> bool:
        """True if it was loaded."""
        return not self.error

    @property
    def names(self) -> frozenset[str]:
        """What it may be called: by its entry point, and by what it brings."""
        return self.offers | {self.entry_point}

    @property
    def label(self) -> str:
        """How messages call it: `hub-acme 1.2 (acme)`."""
        package = f"{self.distribution} {self.version}".strip()
        return f"{package} ({self.entry_point})" if package else self.entry_point
