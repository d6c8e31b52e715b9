"""The demonstration, as `make demo ONCE=1` runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_every_sale_of_the_demonstration_comes_to_its_end(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    command = [sys.executable, "-m", "examples.demo", "--once", "--folder", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((folder / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["ok"]
    assert len(report["sales"]) >= 12
    invoiced = [sale for sale in report["sales"] if sale["ticket"] == "invoiced"]
    assert len(list((folder / "out" / "cfdi").glob("*.xml"))) == len(invoiced)
    assert len(list((folder / "out" / "pdf").glob("*.pdf"))) == len(invoiced)
    assert list((folder / "out" / "mail").glob("*.eml"))


def test_a_folder_that_is_not_the_demonstrations_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "accounts.txt").write_text("keep me", encoding="utf-8")
    command = [sys.executable, "-m", "examples.demo", "--once", "--folder", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "move it away" in done.stderr
    assert (tmp_path / "accounts.txt").read_text(encoding="utf-8") == "keep me"
