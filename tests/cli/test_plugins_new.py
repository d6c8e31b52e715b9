"""What `hub plugins new` makes passes its own tests, ruff and mypy as it is; a name that cannot be is refused."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.process import environment, hub
from tests.support.site import distribution

LONG = "a-name-of-thirty-characters-xy"
KINDS = ("source", "pac", "notifier")
CHECKS = {
    "pytest": ["-m", "pytest", "-q", "-p", "no:cacheprovider"],
    "ruff check": ["-m", "ruff", "check", "--no-cache"],
    "ruff format": ["-m", "ruff", "format", "--check", "--no-cache"],
    "mypy": ["-m", "mypy"],
}
FILES = {".github/workflows/test.yml", ".gitignore", "README.md", "pyproject.toml"}


@pytest.fixture(scope="module", params=[("source", "x"), *((kind, LONG) for kind in KINDS)], ids="-".join)
def made(request, tmp_path_factory):
    """The folder of a new package, with the shortest and with the longest name."""
    kind, name = request.param
    folder = tmp_path_factory.mktemp(kind)
    done = hub(folder, "plugins", "new", kind, name, "--into", str(folder))
    assert (done.returncode, done.stderr) == (0, "")
    return folder / f"hub-{name}"


def test_it_is_complete(made):
    module = made.name.replace("-", "_")
    found = {str(path.relative_to(made)) for path in made.rglob("*") if path.is_file()}
    assert found == FILES | {f"{module}.py", f"tests/test_{module}.py"}
    assert "$" not in (made / "pyproject.toml").read_text()
    assert "${{ matrix.python }}" in (made / ".github/workflows/test.yml").read_text()


@pytest.mark.parametrize("check", CHECKS)
def test_it_passes(made, check, tmp_path_factory):
    cache = Path(tmp_path_factory.getbasetemp()) / "mypy"
    path = os.pathsep.join([str(made), *sys.path])
    done = subprocess.run(
        [sys.executable, *CHECKS[check]],
        cwd=made,
        env=environment(PYTHONPATH=path, MYPY_CACHE_DIR=str(cache)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Mi Tienda", "is no name for a package"),
        ("-acme", "No such option"),
        ("acme-", "is no name for a package"),
        ("ácme", "is no name for a package"),
        ("../acme", "is no name for a package"),
        ("7eleven", "does not begin with a letter"),
        ("test", "pytest would take the plugin's class for a test"),
        ("Hub_Testigo", "begins with `test`"),
        ("hub-", "is no name for a package"),
        (LONG + "z", "is longer than 30 characters"),
        ("stripe", "is the name of an installed plugin: autofactura-hub"),
        ("Hub_Stripe", "is the name of an installed plugin: autofactura-hub"),
    ],
)
def test_a_name_that_cannot_be_is_refused_and_nothing_is_made(tmp_path, name, says):
    done = hub(tmp_path, "plugins", "new", "source", name, "--into", str(tmp_path))
    assert (done.returncode, says in done.stderr) == (2, True), done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "says"), [("acme", "hub-acme 1.2 (acme)"), ("tools", "hub-tools 1.2 is an installed package")]
)
def test_a_name_that_another_package_has_names_that_package(tmp_path, name, says):
    site = distribution(tmp_path, "hub-acme", "hub_acme", {"hub_acme.py": "raise RuntimeError('broken')\n"})
    metadata = Path(site) / "hub_tools-1.2.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: hub-tools\nVersion: 1.2\n")
    done = hub(tmp_path, "plugins", "new", "source", name, "--into", str(tmp_path), PYTHONPATH=site)
    assert (done.returncode, says in done.stderr) == (2, True), done.stderr


def test_names_are_read_as_pypi_reads_them(tmp_path):
    hub(tmp_path, "plugins", "new", "notifier", "Mi_Canal.Uno", "--into", str(tmp_path))
    source = (tmp_path / "hub-mi-canal-uno" / "hub_mi_canal_uno.py").read_text()
    assert 'name = "mi-canal-uno"' in source
    assert "class MiCanalUno(" in source
    again = hub(tmp_path, "plugins", "new", "notifier", "mi-canal-uno", "--into", str(tmp_path))
    assert (again.returncode, "is there already" in again.stderr) == (2, True)


def test_a_folder_that_cannot_be_written_is_an_error_in_words(tmp_path):
    (tmp_path / "file").write_text("no folder")
    done = hub(tmp_path, "plugins", "new", "pac", "acme", "--into", str(tmp_path / "file"))
    assert (done.returncode, "cannot be written" in done.stderr) == (2, True)
