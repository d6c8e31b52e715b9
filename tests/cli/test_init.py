"""`hub init` writes a configuration that works on the day it is written."""

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

HUB = (sys.executable, "-c", "from hub.cli import main; main()")
ROOT = Path(__file__).parents[2]


def init(folder: Path, **answers: str) -> "subprocess.CompletedProcess[str]":
    given = {"name": "tienda", "rfc": "EKU9003173C9", "nombre": "ESCUELA KEMPER URGATE", "regimen-fiscal": "601"}
    options = [f"--{name}={value}" for name, value in (given | answers).items()]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [*HUB, "init", *options]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_sales_count_from_today_at_the_place_of_issue(tmp_path: Path) -> None:
    before = datetime.now(ZoneInfo("America/Tijuana")).date()
    done = init(tmp_path, **{"codigo-postal": "22000"})
    after = datetime.now(ZoneInfo("America/Tijuana")).date()
    assert done.returncode == 0, done.stderr
    written = yaml.safe_load((tmp_path / "config.yaml").read_text(encoding="utf-8"))
    assert before <= written["sources"]["archivos"]["start"] <= after


def test_a_postal_code_that_sat_does_not_list_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    done = init(tmp_path, **{"codigo-postal": "00001"})
    assert done.returncode == 2
    assert "00001" in done.stderr
    assert not list(tmp_path.iterdir())
