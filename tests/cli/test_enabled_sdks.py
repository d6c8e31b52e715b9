"""Of the libraries that connectors bring, a hub imports those of the connectors that it uses."""

import subprocess
import sys

import pytest
import yaml

from tests.support.process import environment
from tests.support.world import world
from tests.test_architecture import HEAVY

LOOK = """
import sys
from pathlib import Path
from hub.cli.state import State
with State(Path(sys.argv[1])).flow() as flow:
    for instance in (*flow.instances.sources.values(), *flow.instances.notifiers.values()):
        try:
            instance.plugin.check(instance.http)
        except Exception as error:
            print(type(error).__name__, file=sys.stderr)
print(*sys.modules)
"""
FILES = {"use": "files", "issuer": "tienda", "every": "1 hour", "start": "2026-01-01", "folder": "ventas"}


@pytest.mark.parametrize(
    ("changes", "allowed"),
    [({"stripe-mx": {"enabled": False}}, set()), ({"archivos": FILES, "stripe-mx": {}}, {"openpyxl"})],
    ids=["nothing is enabled", "Stripe and files"],
)
def test_only_what_is_enabled_is_imported(tmp_path, changes, allowed):
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db"):
        pass
    config = yaml.safe_load((tmp_path / "config.yaml").read_text())
    for name, change in changes.items():
        config["sources"][name] = {**config["sources"].get(name, {}), **change}
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config))
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(tmp_path / "config.yaml")],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (HEAVY.keys() & set(done.stdout.split())) - allowed == set()
