"""The example file, the schema and the redacted view are made from the same descriptions."""

import importlib
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from pydantic import BaseModel

from hub.config import PluginConfigs, Settings, check_options, example, load, schema, shown
from hub.config.instances import NotifierInstance, PacInstance, SourceInstance
from hub.plugin import Config

from .conftest import GOOD, PLUGINS

ROOT = Path(__file__).parents[2]
# The written words need these; the values are anything.
ENVIRON = dict.fromkeys(["CSD_PASSWORD", "SHOP_API_KEY", "FINKOK_PASSWORD", "EMAIL_PASSWORD"], "value")
ENVIRON["DATABASE_URL"] = "postgresql+psycopg://hub:x@db/hub"


@pytest.fixture
def place(tmp_path: Path) -> Callable[[str], Path]:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "csd.cer").write_bytes(b"certificate")
    (tmp_path / "secrets" / "csd.key").write_bytes(b"key")
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "factura.typ").write_text("Factura", encoding="utf-8")

    def _place(text: str) -> Path:
        path = tmp_path / "config.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return _place


def test_the_example_loads_as_it_is(place: Callable[[str], Path]) -> None:
    settings = load(place(example(PLUGINS)), environ=ENVIRON, plugins=PLUGINS)
    assert settings.issuers["tienda"].pac == ("principal",)
    assert set(check_options(settings, PLUGINS).sources) == {"shop"}


LINES = example(PLUGINS).splitlines()
OFF = range(LINES.index("  #finkok:"), LINES.index("# where sales come from"))
COMMENTED = [number for number, line in enumerate(LINES) if re.match(r" *#\w", line) and number not in OFF]


@pytest.mark.parametrize("number", COMMENTED, ids=[LINES[number].strip() for number in COMMENTED])
def test_every_commented_line_of_the_example_can_be_switched_on(place: Callable[[str], Path], number: int) -> None:
    lines = list(LINES)
    lines[number] = lines[number].replace("#", "", 1)
    if "#email: operacion@" in LINES[number]:  # somebody has to send to it
        lines = [line.replace("#", "", 1) if line == "  #notifier: email" else line for line in lines]
    load(place("\n".join(lines)), environ=ENVIRON, plugins=PLUGINS)


def test_a_commented_instance_of_the_example_can_be_switched_on(place: Callable[[str], Path]) -> None:
    head, rest = example(PLUGINS).split("  #finkok:")
    block, tail = rest.split("# where sales come from")
    text = (
        head
        + "  finkok:"
        + re.sub(r"^( +)#(?=\w)", r"\1", block, flags=re.MULTILINE)
        + "# where sales come from"
        + tail
    )
    settings = load(place(text), environ=ENVIRON, plugins=PLUGINS)
    assert set(check_options(settings, PLUGINS).pacs) == {"principal", "finkok"}


def test_the_example_explains_every_key_of_settings_and_plugins() -> None:
    words = re.sub(r"\s*\n\s*# ", " ", example(PLUGINS))
    config_types = [*PLUGINS.pacs.values(), *PLUGINS.sources.values(), *PLUGINS.notifiers.values()]
    for model in (Settings, PacInstance, SourceInstance, NotifierInstance, *config_types):
        for name, info in model.model_fields.items():
            # A plugin may narrow the core's `environment`; the core's words stand.
            assert name in {"options", "environment"} or (info.description or "?") in words, f"{model.__name__}.{name}"


def test_every_setting_is_described() -> None:
    pending: list[type[BaseModel]] = [Settings]
    seen = set()
    while pending:
        model = pending.pop()
        seen.add(model.__name__)
        for name, info in model.model_fields.items():
            assert info.description, f"{model.__name__}.{name}"
        pending += [sub for sub in _sections_in(model) if sub.__name__ not in seen]
    assert len(seen) > 15


def _sections_in(model: type[BaseModel]) -> list[type[BaseModel]]:
    from hub.config.shape import held_by, section_of

    found = [section_of(i.annotation) or section_of(held_by(i.annotation)) for i in model.model_fields.values()]
    return [section for section in found if section]


def _built_in() -> PluginConfigs:
    """The configuration classes behind the entry points of this distribution."""
    entry_points = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["hub.plugins"]
    present = [name for name in entry_points.values() if (ROOT / name.replace(".", "/") / "__init__.py").exists()]
    modules = [importlib.import_module(name) for name in present]
    return PluginConfigs(*(_offered(modules, hook) for hook in ("hub_pac_providers", "hub_sources", "hub_notifiers")))


def _offered(modules: list[ModuleType], hook: str) -> dict[str, type[Config]]:
    classes = [plugin for module in modules if hasattr(module, hook) for plugin in getattr(module, hook)()]
    return {plugin.name: plugin.config_type for plugin in sorted(classes, key=lambda plugin: plugin.name)}


BUILT_IN = _built_in()


@pytest.mark.skipif(not BUILT_IN.pacs, reason="an example needs a PAC provider to stamp with")
def test_the_committed_example_is_what_the_settings_and_the_built_in_plugins_say() -> None:
    committed = (ROOT / "config.example.yaml").read_text(encoding="utf-8")
    assert committed == example(BUILT_IN), "write it again: hub config example > config.example.yaml"


def test_the_schema_knows_the_keys_of_each_plugin_and_closes_the_rest() -> None:
    found = schema(PLUGINS)
    source = found["$defs"]["SourceInstance"]
    assert source["unevaluatedProperties"] is False
    assert "options" not in source["properties"]
    assert source["allOf"][0]["if"]["properties"]["use"] == {"const": "shop"}
    assert set(source["allOf"][0]["then"]["properties"]) == set(PLUGINS.sources["shop"].model_fields)
    assert source["allOf"][0]["then"]["required"] == ["api_key"]
    smtp = found["$defs"]["NotifierInstance"]["allOf"][0]["then"]["properties"]["smtp"]["$ref"]
    assert "host" in found["$defs"][smtp.removeprefix("#/$defs/")]["properties"]


def test_every_reference_of_the_schema_leads_somewhere() -> None:
    found = schema(PLUGINS)
    targets = set(re.findall(r"'\$ref': '#/\$defs/([^']+)'", str(found)))
    assert targets <= set(found["$defs"])
    assert "Reference" in targets


def test_the_schema_lets_a_value_stand_in_the_environment_but_not_a_section() -> None:
    issuer = schema(PLUGINS)["$defs"]["IssuerSettings"]["properties"]
    assert {"$ref": "#/$defs/Reference"} in issuer["rfc"]["anyOf"]
    assert issuer["rfc"]["description"] == "the issuer's RFC, the one of the CSD"
    assert "anyOf" not in issuer["csd"]


def test_the_view_says_where_each_value_came_from_and_hides_the_secret_ones(read: Callable[[str], Settings]) -> None:
    text = GOOD.replace("    use: shop\n", "    use: shop\n    page_size: 50\n") + "log: {level: debug}\n"
    rows = {row.path: (row.value, row.origin) for row in shown(read(text), PLUGINS)}
    assert rows["log.level"] == ("debug", "line 31")
    assert rows["web.port"] == ("8080", "default")
    assert rows["issuers.tienda.csd.password"] == ("***", "env CSD_PASSWORD (line 12)")
    assert rows["issuers.tienda.csd.certificate"] == ("***", "file csd.cer (line 10)")
    assert rows["sources.web.api_key"] == ("***", "env SHOP_KEY (line 24)")
    assert rows["sources.web.page_size"] == ("50", "line 20")
    assert rows["sources.web.every"] == ("15 minutes", "line 22")
    assert rows["notifiers.mail.smtp.port"] == ("587", "default")


def test_the_view_hides_every_key_of_a_plugin_that_is_not_installed(read: Callable[[str], Settings]) -> None:
    rows = {row.path: row.value for row in shown(read(GOOD))}
    assert rows["notifiers.mail.sender"] == "***"
    assert rows["sources.web.every"] == "15 minutes"
