"""`hub plugins check`: the conformance kit and a look at a plugin's package, as a card."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit

import typer

from hub.plugin import API, ConfigError
from hub.testing.anatomy import forbidden_imports, libraries_at_import, tried_import

from . import show
from .exits import CONFIGURATION, DONE
from .state import State

GROUP = "hub.plugins"
PATIENCE_S = 900
_NOT_INSTALLED = (
    "not installed with it, so no contract ran: to run it, get its sources and say `hub plugins check FOLDER` of them"
)
_PINNED = re.compile(r"^\s*([\w.-]+)(\[[^]]*\])?\s*={2,3}\s*\S")


@dataclass(slots=True)
class Package:
    """A plugin's package, as a folder of sources or as installed."""

    label: str
    modules: dict[str, str]
    tests: Path | None
    readme: str
    requires: list[str]
    path: list[str] = field(default_factory=list)


def check(
    context: typer.Context,
    plugin: Annotated[str, typer.Argument(help="The folder of its sources, or the name of an installed one.")],
    as_json: show.Json = False,
) -> int:
    """Run a plugin's tests with the conformance kit, look at its package, and say what holds and what does not.

    Of an installed plugin without its tests only the package is looked at. The exit code is 0 if all that was looked at
    holds (waived checks included, and new ones that only warn yet), 2 if something does not.
    """
    state: State = context.obj
    package = _folder(Path(plugin)) if Path(plugin).is_dir() else _installed(plugin, state)
    for place in reversed(package.path):
        sys.path.insert(0, place)
    found, others = _contracts(package)
    wrong = [*_faults(package), *others, *(fault for one in found for fault in _faults_of(one))]
    if not found and package.tests is not None:
        wrong.append("no test is a contract of hub.testing: subclass the one of its kind")
    card = {
        "plugin": package.label,
        "api": ", ".join(sorted({str(one["api"]) for one in found})) or str(API),
        **{f"{one['contract']}": _summary(one) for one in found},
        "waived": [f"{check}: {why}" for one in found for check, why in one["waived"].items()],
        "warned": [f"{check}: {why}" for one in found for check, why in one["warned"].items()],
        "not_run": [f"{check}: {why}" for one in found for check, why in one["skipped"].items()],
        "import": _import_costs(package),
        "tests": "" if package.tests else _NOT_INSTALLED,
        "wrong": wrong,
        "state": "wrong" if wrong else "all holds" if found else "what its package says holds, no contract ran",
    }
    show.facts(card, as_json=as_json)
    return CONFIGURATION if wrong else DONE


# ---- where it is


def _folder(folder: Path) -> Package:
    file = folder / "pyproject.toml"
    try:
        project = tomllib.loads(file.read_text(encoding="utf-8")).get("project", {})
    except (OSError, ValueError) as error:
        raise ConfigError(f"{file} cannot be read: {error}", hint="`hub plugins new` makes one") from None
    modules = project.get("entry-points", {}).get(GROUP, {})
    if not modules:
        raise ConfigError(f"{file} has no entry point", hint=f'write [project.entry-points."{GROUP}"]')
    path = [str(place.resolve()) for place in (folder / "src", folder) if place.is_dir()]
    readme = next((one.read_text(encoding="utf-8") for one in folder.glob("README*") if one.is_file()), "")
    label = f"{project.get('name', folder.name)} {project.get('version', '')}".strip()
    return Package(label, modules, folder, readme, project.get("dependencies", []), path)


def _installed(name: str, state: State) -> Package:
    plugins = state.registry.plugins
    plugin = next((p for p in plugins if name in {p.entry_point, p.distribution, *p.offers}), None)
    if plugin is None:
        known = ", ".join(sorted(p.entry_point for p in plugins))
        raise ConfigError(f"there is no folder and no plugin called {name}", hint=f"installed are: {known}")
    modules = {plugin.entry_point: plugin.module}
    try:
        package = distribution(plugin.distribution)
    except (PackageNotFoundError, ValueError):
        return Package(plugin.label, modules, None, "", [])
    beside = _beside(plugin.module)
    readme = (package.metadata.get_payload() or "") if package.metadata else ""  # type: ignore[attr-defined]
    editable = _editable(package)
    tests = beside or (editable if editable and (editable / "tests").is_dir() else None)
    return Package(plugin.label, modules, tests, str(readme), list(package.requires or ()))


def _beside(module: str) -> Path | None:
    """The tests that stand in the plugin's own package."""
    spec = find_spec(module.partition(":")[0])
    places = spec.submodule_search_locations if spec else None
    return next((Path(place) / "tests" for place in places or () if (Path(place) / "tests").is_dir()), None)


def _editable(package: Distribution) -> Path | None:
    text = package.read_text("direct_url.json")
    told = json.loads(text) if text else {}
    if not told.get("dir_info", {}).get("editable"):
        return None
    return Path(unquote(urlsplit(told["url"]).path))


# ---- what its tests say


def _contracts(package: Package) -> tuple[list[dict[str, Any]], list[str]]:
    """What each contract said, and what is wrong with the rest of the tests."""
    if package.tests is None:
        return [], []
    if find_spec("pytest") is None:
        raise ConfigError("the conformance kit needs pytest", hint="pip install 'autofactura-hub[testing]'")
    with TemporaryDirectory() as folder:
        card = Path(folder) / "card.json"
        given = [*package.path, *filter(None, sys.path)]
        command = [sys.executable, "-m", "pytest", "-q", "-p", "hub.testing.card", "-p", "no:cacheprovider"]
        try:
            done = subprocess.run(  # noqa: S603 (our own interpreter)
                [*command, str(package.tests.resolve())],
                cwd=package.tests if package.path else None,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(given), "HUB_CARD": str(card)},
                capture_output=True,
                text=True,
                timeout=PATIENCE_S,
                check=False,
                stdin=subprocess.DEVNULL,
            )
        except subprocess.TimeoutExpired:
            raise ConfigError(f"its tests do not end within {PATIENCE_S} s", hint="a call that hangs?") from None
        if not card.exists():
            raise ConfigError("its tests cannot be run", hint=(done.stdout + done.stderr).strip()[-2000:])
        told = json.loads(card.read_text())
    failed = told["others"]["failed"]
    return told["contracts"], [f"{failed} of its own tests fail: {_last_line(done.stdout)}"] if failed else []


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]


def _summary(one: dict[str, Any]) -> str:
    others = [(len(one[kind]), kind) for kind in ("failed", "warned", "waived") if one[kind]]
    total = len(one["passed"]) + sum(count for count, _ in others)
    told = "".join(f", {count} {kind}" for count, kind in others)
    return f"{one['kind']} {one['name']}: {len(one['passed'])} of {total} checks{told}"


def _faults_of(one: dict[str, Any]) -> Iterator[str]:
    checks_of: dict[str, list[str]] = {}
    for check, said in one["failed"].items():
        checks_of.setdefault(said, []).append(check)
    for said, checks in checks_of.items():
        yield f"{checks[0]}{_and_more(len(checks) - 1)}: {said}"
    if one["api"] != API:
        yield f"{one['plugin']} is for plugin API {one['api']}, this hub speaks {API}"
    if one["undescribed"]:
        yield f"settings without a description: {', '.join(one['undescribed'])}"
    if one["untyped_secrets"]:
        yield f"secrets that are no SecretStr: {', '.join(one['untyped_secrets'])}"


def _and_more(checks: int) -> str:
    """One fault of a plugin may be in the way of many checks."""
    return f" and {checks} more {'check' if checks == 1 else 'checks'}" if checks else ""


# ---- what its package says


def _faults(package: Package) -> Iterator[str]:
    if len(package.readme.split()) < 20:
        yield "there is no README to speak of: how to get the key, what is read, what is not tried"
    for module in package.modules.values():
        yield from (f"{wrong}: only hub.plugin is public" for wrong in forbidden_imports(module.partition(":")[0]))
        tried = tried_import(module.partition(":")[0])
        if tried.error:
            yield f"{module} cannot be imported: {tried.error}"
        for library in () if tried.error else libraries_at_import(module.partition(":")[0]):
            yield f"importing {module} loads {library}: import it inside the function that uses it"
    for requirement in package.requires:
        if _PINNED.match(requirement):
            yield f"it pins {requirement}: give a range, or it cannot be installed beside other plugins"


def _import_costs(package: Package) -> list[str]:
    modules = [module.partition(":")[0] for module in package.modules.values()]
    return [f"{module} in {tried_import(module).ms:.0f} ms" for module in modules]
