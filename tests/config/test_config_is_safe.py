"""Secrets stay inside, bombs do not go off, and nothing but `ConfigProblems` comes out."""

import logging
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hub.config import ConfigProblems, Settings, check_options, load, show

from .conftest import CANARY, ENVIRON, GOOD, PLUGINS

Read = Callable[[str], Settings]
Refused = Callable[[str], ConfigProblems]

LITERAL = GOOD.replace("{$env: SHOP_KEY}", CANARY).replace("{$env: CSD_PASSWORD}", CANARY)


@pytest.mark.parametrize("text", [GOOD, LITERAL], ids=["by reference", "written in the file"])
def test_no_secret_is_in_anything_that_prints(read: Read, text: str) -> None:
    found = read(f"database: {{url: 'postgresql+psycopg://hub:{CANARY}@db/hub'}}\n{text}")
    options = check_options(found, PLUGINS)
    printed = [repr(found), str(found), found.model_dump_json(), repr(found.model_dump()), repr(found.document)]
    printed += [repr(options), show(found, PLUGINS), show(found)]
    assert not [shown for shown in printed if CANARY in shown]
    assert CANARY in found.database_url()


WRONG = [
    ("web: {port: %s}", "web.port"),
    ("environment: %s", "environment"),
    ("web: {public_url: %s}", "web.public_url"),
    ("engine: {lease_s: %s}", "engine.lease_s"),
    ("issuers: {tienda: {rfc: %s}}", "issuers.tienda.rfc"),
    ("sources: {web: {every: %s, start: %s}}", "sources.web.every"),
    ("sources: {web: {use: shop, page_size: %s}}", "sources.web.page_size"),
    ("notifiers: {mail: {use: email, smtp: %s}}", "notifiers.mail.smtp"),
    ("sources: {web: {use: shop, shop: bad %s, api_key: %s}}", "sources.web.shop"),
    ("sources: {web: {use: shop, shop: {$env: BAD}, api_key: k}}", "sources.web.shop"),
    ("sources: {web: {use: shop, api_key: {$env: sk_live_51Nabcdef}}}", "sources.web.api_key"),
    ("issuers: {tienda: {pac: {$env: SHOP_KEY}}}", "issuers.tienda.pac"),
    ("issuers: {tienda: {csd: {certificate: %s}}}", "issuers.tienda.csd.certificate"),
    ("log: {level: *%s}", ""),
    ("log: {level: &a &%s x}", ""),
    ("log: {level: !%s x}", "log.level"),
    ("log: {level: 'x' %s}", ""),
    ('log: {level: "%s}', ""),
    ("a: b: %s", ""),
]


@pytest.mark.parametrize(("text", "path"), WRONG, ids=[text for text, _ in WRONG])
def test_no_refused_value_is_repeated(write: Callable[[str], Path], text: str, path: str) -> None:
    environ = ENVIRON | {"BAD": "bad " + CANARY}
    with pytest.raises(ConfigProblems) as caught:
        load(write(text.replace("%s", CANARY) + "\n"), plugins=PLUGINS, environ=environ)
    error = caught.value
    assert path in [problem.path for problem in error.problems]
    logged = logging.Formatter().formatException((type(error), error, error.__traceback__))
    for printed in (str(error), repr(error), repr(error.problems), logged, "".join(traceback.format_exception(error))):
        assert CANARY not in printed
        assert "51Nabcdef" not in printed


BOMBS = {
    # Nine to the power of eleven values.
    "aliases of aliases": "\n".join(
        ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
        + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    ),
    "merges of merges": "\n".join(
        ["a0: &a0 {x: 1}"] + [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}], k{n}: 1}}" for n in range(1, 12)]
    ),
    "a list inside itself": "a: &a [*a]",
    "a section inside itself": "a: &a {b: *a}",
    "a merge of itself": "a: &a {<<: *a}",
    "a thousand brackets": "a: " + "[" * 5000,
    "a thousand indents": "\n".join(" " * n + "a:" for n in range(300)),
    "a large file": "a: " + "x" * 300_000,
    "an impossible escape": 'a: "\\UFFFFFFFF"',
    "an endless version": "%YAML 1." + "9" * 5000 + "\n---\na: 1",
    "two documents": "a: 1\n---\nb: 2",
    "a Python object": "a: !!python/object/apply:os.system [echo]",
    "tabs": "web:\n\tport: 1",
    "a null byte": "a: \0",
    "a list": "- a",
    "a word": "hello",
    "a section as a key": "? {a: b}\n: c",
    "an empty key": ": a",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
def test_hostile_yaml_is_a_problem_with_words(refused: Refused, text: str) -> None:
    problem = refused(text).problems[0]
    assert problem.message
    assert "Error" not in problem.message


def test_a_file_that_is_not_text_is_a_problem(folder: Path) -> None:
    path = folder / "config.yaml"
    path.write_bytes(b"version: 1\nweb: \xff\xfe\n")
    with pytest.raises(ConfigProblems, match=r"line 2  the file is not UTF-8 text\n +save it as UTF-8"):
        load(path, environ={})
    with pytest.raises(ConfigProblems, match="the file cannot be read"):
        load(folder, environ={})


def test_a_key_written_twice_names_both_lines(refused: Refused) -> None:
    problem = refused("version: 1\nlog: {level: info}\nversion: 1\n").problems[0]
    assert (problem.line, problem.path, problem.message) == (3, "version", "is written twice")
    assert "line 1" in problem.hint


KEYS = """
version environment web port issuers tienda rfc csd certificate pac pacs use shop sources every start api_key options
notifiers email smtp host operator on products taxes portal logo exchange_rates USD $env $file << 1 -1 0.16 true null ~
2026-01-01 sandbox finkok . .. / ~nobody/x {} []
"""
WORDS = st.sampled_from(KEYS.split())
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | WORDS | st.dates()
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=4),
    max_leaves=25,
)


def _only_config_problems(folder: Path, text: str) -> None:
    path = folder / "config.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    found: Settings | ConfigProblems
    try:
        found = load(path, plugins=PLUGINS, environ=ENVIRON)
    except ConfigProblems as problems:
        found = problems
    if isinstance(found, Settings):
        assert show(found, PLUGINS)
    else:
        assert found.problems
        assert all(problem.message for problem in found.problems)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=TREES)
@example(tree={"sources": {"web": {"use": "shop", "issuer": {}, "options": [1]}}, "pacs": {"a": None, "b": [1]}})
@example(tree={"issuers": {"a": {"products": [None, {"match": {"$env": "X"}}], "mail": []}}})
def test_any_tree_is_settings_or_config_problems(folder: Path, tree: object) -> None:
    _only_config_problems(folder, yaml.safe_dump(tree))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60) | st.text("ab:-?#&*!|>%@{}[],'\"<.~$ \n\t01", max_size=60))
def test_any_text_is_settings_or_config_problems(folder: Path, text: str) -> None:
    _only_config_problems(folder, text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=st.integers(0, 28), value=LEAVES | st.lists(WORDS, max_size=2) | st.dictionaries(WORDS, WORDS, max_size=2))
def test_any_value_on_any_line_of_a_good_file_is_settings_or_config_problems(
    folder: Path, line: int, value: object
) -> None:
    lines = GOOD.splitlines()
    head = lines[line].split(":")[0]
    written = yaml.safe_dump(value, default_flow_style=True).removesuffix("...\n").strip()
    lines[line] = f"{head}: {written}"
    _only_config_problems(folder, "\n".join(lines))
