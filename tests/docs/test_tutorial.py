"""docs/write-a-plugin/README.md, done as it says, outside the repository and from a wheel."""

import json
import os
import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from tests.support.process import environment, hub

PAGE = (Path(__file__).parents[2] / "docs" / "write-a-plugin" / "README.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^`([\w./]+)`:\n\n```\w+\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE))
(NETWORK,) = re.findall(r"^```yaml\n(network:.*?)```", PAGE, re.DOTALL | re.MULTILINE)
KEY = "the-key-of-the-shop"


def order(key, minute, total, **changes):
    at = f"2026-03-04T12:{minute:02}:00-06:00"
    item = {"title": "Taza", "quantity": 1, "price": total, "total": total}
    same = {"currency": "MXN", "total": total, "forma_pago": "03", "items": [item], "email": "ana@correo.example"}
    return {"id": key, "status": "paid", "changed_at": at, "paid_at": at, **same, **changes}


ORDERS = [order("A1", 1, "116.00"), order("A2", 2, "58.00"), order("R1", 3, "16.00", status="refunded", order="A1")]


class Mercadito(BaseHTTPRequestHandler):
    """The shop's API, two orders a page."""

    def do_GET(self):
        url = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        status, answer = 200, {"name": "demo"}
        if self.headers["authorization"] != f"Bearer {KEY}":
            status, answer = 401, {}
        elif url.path == "/api/orders":
            since = datetime.fromisoformat(asked["changed_since"])
            found = [one for one in ORDERS if datetime.fromisoformat(one["changed_at"]) >= since]
            start = int(asked.get("cursor") or 0)
            answer = {"orders": found[start : start + 2], "next": str(start + 2) if start + 2 < len(found) else None}
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Keep the terminal quiet."""


@contextmanager
def mercadito():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Mercadito)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """The package as the page leaves it."""
    folder = tmp_path_factory.mktemp("tutorial")
    made = hub(folder, "plugins", "new", "source", "mercadito", "--into", str(folder))
    assert made.returncode == 0, made.stderr
    package = folder / "hub-mercadito"
    for place in ("hub_mercadito.py", "tests/test_hub_mercadito.py"):
        assert (package / place).exists()
        (package / place).write_text(FILES[place], encoding="utf-8")
    return package


@pytest.fixture(scope="module")
def site(sources, tmp_path_factory):
    """Where pip put the wheel of it."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    offline = ["--no-index", "--no-deps"]
    here = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    for command in (
        ["wheel", *offline, "--no-build-isolation", "--wheel-dir", str(folder), str(sources)],
        ["install", *offline, "--target", str(folder / "site"), str(folder / "hub_mercadito-0.1.0-py3-none-any.whl")],
    ):
        done = subprocess.run([*pip, *command], capture_output=True, text=True, check=False, env=here, cwd=folder)
        assert done.returncode == 0, done.stderr
    return str(folder / "site")


def test_the_code_of_the_page_holds(sources):
    checked = hub(sources, "plugins", "check", str(sources), "--json")
    assert (checked.returncode, json.loads(checked.stdout)["wrong"]) == (0, [])


@pytest.mark.parametrize(
    "check", [["ruff", "check", "--no-cache"], ["ruff", "format", "--check", "--no-cache"]], ids=" ".join
)
def test_the_code_of_the_page_is_tidy(sources, check):
    done = subprocess.run(
        [sys.executable, "-m", *check], cwd=sources, capture_output=True, text=True, check=False, env=environment()
    )
    assert done.returncode == 0, done.stdout


def test_of_a_wheel_only_the_package_is_looked_at_and_the_card_says_so(site, tmp_path):
    checked = hub(tmp_path, "plugins", "check", "mercadito", "--json", PYTHONPATH=site)
    card = json.loads(checked.stdout)
    assert (checked.returncode, card["state"]) == (0, "what its package says holds, no contract ran"), card


def test_it_is_found_and_run_from_its_wheel_in_a_new_hub(site, tmp_path):
    around = {"PYTHONPATH": site}
    assert hub(tmp_path, "init", stdin="\n" * 5, **around).returncode == 0
    with mercadito() as url:
        config = yaml.safe_load((tmp_path / "config.yaml").read_text())
        config |= yaml.safe_load(FILES["config.yaml"]) | yaml.safe_load(NETWORK)
        config["sources"]["my-mercadito"]["url"] = url
        (tmp_path / "config.yaml").write_text(yaml.safe_dump(config))
        with (tmp_path / ".env").open("a") as env:
            env.write(f"MERCADITO_KEY={KEY}\n")

        listed = json.loads(hub(tmp_path, "plugins", "list", "--json", **around).stdout)
        found = next(row for row in listed if row["plugin"] == "mercadito")
        assert (found["package"], found["state"]) == ("hub-mercadito 0.1.0 (mercadito)", "healthy")
        done = hub(tmp_path, "check", "my-mercadito", "--json", **around)
        assert done.returncode == 0, done.stderr
        (checked,) = json.loads(done.stdout)
        assert (checked["state"], checked["says"]) == ("ok", "shop demo")
        assert hub(tmp_path, "sync", "my-mercadito", "--dry-run", **around).returncode == 0
        read = hub(tmp_path, "sync", "my-mercadito", **around)
        assert read.returncode == 0, read.stderr
        tickets = json.loads(hub(tmp_path, "tickets", "list", "--json", **around).stdout)
        assert sorted(ticket["total"] for ticket in tickets) == ["116.00", "58.00"]
        wrong = hub(tmp_path, "check", "my-mercadito", MERCADITO_KEY="another", **around)
        assert wrong.returncode == 2
