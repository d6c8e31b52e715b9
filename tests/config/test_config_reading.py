"""What the loader reads from YAML, the environment and files."""

import base64
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from hub.config import ConfigProblems, PluginConfigs, Settings, check_options, load, read_options

from .conftest import CANARY, ENVIRON, GOOD, PLUGINS

Read = Callable[[str], Settings]
Refused = Callable[[str], ConfigProblems]


def test_an_empty_file_is_all_defaults(read: Read) -> None:
    settings = read("# nothing\n")
    assert settings.web.port == 8080
    assert settings.environment == "test"


def test_sections_whose_lines_are_all_commented_out_are_defaults(read: Read) -> None:
    settings = read("web:\n  #port: 1\nissuers:\noperator:\n")
    assert settings.web.port == 8080
    assert settings.issuers == {}


def test_values_need_no_quotes_to_keep_their_zeros_and_cents(read: Read) -> None:
    text = (
        "pac: principal\n    product: {clave_prod_serv: 01010101, iva: 0.16}\n    invoicing: {review_above: 50000.10}"
    )
    issuer = read(GOOD.replace("pac: principal", text)).issuers["tienda"]
    assert issuer.codigo_postal == "06000"
    assert issuer.product.clave_prod_serv == "01010101"
    assert issuer.invoicing.review_above == Decimal("50000.10")


def test_words_that_yaml_takes_for_booleans_stay_words(read: Read) -> None:
    settings = read(GOOD.replace("    use: shop\n", "    use: shop\n    invoice: yes\n    columns: {on: NO, y: 1.0}\n"))
    assert settings.sources["web"].invoice == "yes"
    assert check_options(settings, PLUGINS).sources["web"].model_dump()["columns"] == {"on": "NO", "y": "1.0"}


def test_schedules_and_starts_are_typed(read: Read) -> None:
    text = GOOD.replace("15 minutes", "day at 06:00").replace("start: 2026-01-01", "start: 2026-01-01T00:00:00Z")
    source = read(text).sources["web"]
    assert source.every.daily_at == time(6)
    assert source.start == datetime(2026, 1, 1, tzinfo=UTC)
    assert read(GOOD).sources["web"].every.interval == timedelta(minutes=15)
    assert read(GOOD).sources["web"].start == date(2026, 1, 1)


def test_the_env_file_beside_the_configuration_is_read_and_the_environment_wins(
    write: Callable[[str], Path], folder: Path
) -> None:
    (folder / ".env").write_text("# keys\nexport SHOP_KEY='from file' \nCSD_PASSWORD=also # a note\nbroken line\n")
    path = write(GOOD)
    settings = load(path, environ={"CSD_PASSWORD": "real"}, plugins=PLUGINS)
    assert settings.issuers["tienda"].csd.password.get_secret_value() == "real"
    shop = check_options(settings, PLUGINS).sources["web"]
    assert shop.api_key.get_secret_value() == "from file"  # type: ignore[attr-defined]


def test_a_file_for_a_text_loses_its_last_line_break_and_one_for_bytes_loses_nothing(read: Read, folder: Path) -> None:
    (folder / "key.txt").write_bytes(b"sk one\r\n")
    (folder / "csd.cer").write_bytes(b"\x00\n")
    settings = read(GOOD.replace("{$env: SHOP_KEY}", "{$file: key.txt}"))
    assert settings.issuers["tienda"].csd.certificate == b"\x00\n"
    shop = check_options(settings, PLUGINS).sources["web"]
    assert shop.api_key.get_secret_value() == "sk one"  # type: ignore[attr-defined]


def test_bytes_from_the_environment_are_base64(write: Callable[[str], Path]) -> None:
    environ = ENVIRON | {"CER": base64.encodebytes(b"\x30\x82" * 60).decode()}
    settings = load(write(GOOD.replace("{$file: csd.cer}", "{$env: CER}")), environ=environ)
    assert settings.issuers["tienda"].csd.certificate == b"\x30\x82" * 60


def test_relative_paths_start_at_the_folder_of_the_file(
    read: Read, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    text = GOOD.replace("version: 1", "data_dir: state").replace("    use: shop\n", "    use: shop\n    folder: in\n")
    settings = read(text)
    assert settings.data_dir == folder / "state"
    assert settings.database_url() == f"sqlite:///{folder / 'state' / 'hub.db'}"
    assert check_options(settings, PLUGINS).sources["web"].folder == folder / "in"  # type: ignore[attr-defined]
    assert check_options(settings, PLUGINS).sources["web"].inbox == folder / "inbox"  # type: ignore[attr-defined]
    assert read(GOOD).data_dir == folder / "data"
    assert read("#").data_dir == folder / "data"
    assert read("data_dir: /var/lib/hub").data_dir == Path("/var/lib/hub")


def test_anchors_aliases_and_merges_are_read_and_keep_their_lines(read: Read, refused: Refused) -> None:
    server = "&server {use: email, smtp: {host: a.example, port: 25}}"
    second = f"  second:\n    <<: {server}\n    sender: b@tienda.example\n"
    text = f"{GOOD}{second}  third:\n    sender: c@tienda.example\n    <<: *server\n    smtp: {{host: c.example}}\n"
    found = check_options(read(text), PLUGINS).notifiers
    assert found["second"].smtp.port == 25  # type: ignore[attr-defined]
    assert found["third"].smtp.host == "c.example"  # type: ignore[attr-defined]
    problems = refused(text.replace("port: 25", "port: x").replace("c.example}", "c.example, port: y}")).problems
    assert [(p.line, p.path) for p in problems] == [
        (31, "notifiers.second.smtp.port"),
        (36, "notifiers.third.smtp.port"),
    ]


def test_options_of_settings_made_in_code_are_checked_too() -> None:
    source = {"use": "shop", "issuer": "a", "every": "1 hour", "start": date(2026, 1, 1), "options": {"api_key": "k"}}
    settings = Settings.model_validate({"sources": {"web": source}})
    assert check_options(settings, PLUGINS).sources["web"].model_dump()["api_key"].get_secret_value() == "k"


def test_one_bad_instance_leaves_the_others_usable(write: Callable[[str], Path]) -> None:
    settings = load(write(GOOD.replace("use: sandbox", "use: gone")), environ=ENVIRON)
    found = read_options(settings, PLUGINS)
    assert (set(found.sources), set(found.notifiers)) == ({"web"}, {"mail"})
    assert found.pacs == {}
    assert [problem.path for problem in found.problems] == ["pacs.principal.use"]
    with pytest.raises(ConfigProblems, match=r"config\.yaml: 1 problem\n\n  line 16  pacs\.principal\.use"):
        check_options(settings, PLUGINS)


def test_a_source_whose_plugin_is_not_installed_is_left_out_unless_all_have_to_be(write: Callable[[str], Path]) -> None:
    path = write(GOOD.replace("use: shop", "use: gone"))
    found = check_options(load(path, plugins=PLUGINS, environ=ENVIRON), PLUGINS)
    assert (found.sources, set(found.notifiers)) == ({}, {"mail"})
    assert [problem.path for problem in found.absent] == ["sources.web.use"]
    with pytest.raises(ConfigProblems, match=r"config\.yaml: 1 problem\n\n  line 19  sources\.web\.use"):
        load(path, plugins=PLUGINS, environ=ENVIRON, all_installed=True)


def test_the_environment_of_a_pac_reaches_its_plugin(read: Read) -> None:
    pac = "use: finkok\n    username: u\n    password: p\n    environment: production"
    text = GOOD.replace("use: sandbox", pac)
    text = text.replace("environment: test", "environment: production\nweb: {public_url: 'https://f.example/'}")
    settings = read(text)
    assert check_options(settings, PLUGINS).pacs["principal"].environment == "production"  # type: ignore[attr-defined]
    assert settings.web.public_url == "https://f.example"


def test_an_issuer_may_have_one_pac_or_several_in_order(read: Read) -> None:
    second = "pac: [reserva, principal]"
    text = GOOD.replace("    use: sandbox\n", "    use: sandbox\n  reserva:\n    use: sandbox\n    per_second: 2.5\n")
    assert read(text).issuers["tienda"].pac == ("principal",)
    settings = read(text.replace("pac: principal", second))
    assert settings.issuers["tienda"].pac == ("reserva", "principal")
    pacs = {name: (pac.concurrency, pac.per_second, pac.breaker_after) for name, pac in settings.pacs.items()}
    assert pacs == {"principal": (5, None, 5), "reserva": (5, 2.5, 5)}


def test_a_plugin_that_stumbles_over_its_own_configuration_is_a_problem_of_that_instance(
    write: Callable[[str], Path],
) -> None:
    from pydantic import Field, model_validator

    from hub.plugin import Config

    class Stumbling(Config):
        api_key: str = Field(description="key")

        @model_validator(mode="before")
        @classmethod
        def _stumble(cls, data: object) -> object:
            raise KeyError(CANARY)

    plugins = PluginConfigs(pacs=PLUGINS.pacs, sources={"shop": Stumbling}, notifiers=PLUGINS.notifiers)
    with pytest.raises(ConfigProblems) as caught:
        load(write(GOOD), environ=ENVIRON, plugins=plugins)
    assert [p.path for p in caught.value.problems] == ["sources.web"]
    assert "KeyError" in str(caught.value)
    assert CANARY not in str(caught.value)
