"""`hub check` proves the template of an issuer before a buyer sees it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hub.cfdi.pdf import default_template

ROOT = Path(__file__).parents[2]
CODE = "from hub.cli import main; main()"
ANSWERS = ["--name=tienda", "--rfc=EKU9003173C9", "--nombre=ESCUELA KEMPER URGATE", "--regimen-fiscal=601",
           "--codigo-postal=42501"]  # fmt: skip


def hub(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", CODE, *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("template", "says"),
    [("Hola", "its own template makes a PDF"), ("Hola\n#nothing", "main.typ:2:1")],
)
def test_a_template_is_compiled_with_a_sample(tmp_path, template, says):
    assert hub(tmp_path, "init", *ANSWERS).returncode == 0
    (tmp_path / "factura.typ").write_text(template, encoding="utf-8")
    config = tmp_path / "config.yaml"
    issuer = '  "tienda":\n'
    text = config.read_text(encoding="utf-8")
    assert text.count(issuer) == 1
    config.write_text(
        text.replace(issuer, f"{issuer}    pdf: {{template: {{$file: factura.typ}}}}\n"), encoding="utf-8"
    )

    done = hub(tmp_path, "check", "tienda", "--json")

    (finding,) = (row for row in json.loads(done.stdout) if row["what"] == "pdf tienda")
    assert says in finding["says"]
    assert finding["state"] == ("ok" if template == "Hola" else "wrong")


def test_the_shipped_template_can_be_copied(tmp_path):
    done = hub(tmp_path, "cfdi", "template", "--out", "factura.typ")

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "factura.typ").read_text(encoding="utf-8") == default_template()
