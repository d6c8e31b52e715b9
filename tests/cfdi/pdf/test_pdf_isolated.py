"""A template that an issuer wrote can hurt nobody: it is refused, and the next document is made."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hub.cfdi.pdf import TemplateError, default_template, preview, render
from hub.cfdi.pdf.compiler import compile_here, pdf_options
from hub.cfdi.pdf.isolated import Workers
from hub.cfdi.pdf.worker_process import Limits

LIMITS = Limits(seconds=60, memory_bytes=256_000_000, output_bytes=300_000)
OPTIONS = pdf_options(0)
LOOP = "#for _ in range(100000) { for _ in range(100000) { } }"

HOSTILE = {
    "endless while": ("#let n = 0\n#while n >= 0 { n = calc.rem(n + 1, 9) }", "seems to be infinite"),
    "endless layout": ('#for n in range(1000000000) { pagebreak() }', "needed more than 256 MB"),
    "memory bomb": ('#let a = "a" * 1000000\n#let b = ((a,) * 100000).join()', "needed more than 256 MB"),
    "growing list": ("#let a = (1,)\n#for _ in range(64) { a += a }", "needed more than 256 MB"),
    "endless recursion": ("#let f(x) = f(x + 1)\n#f(1)", r"call depth exceeded(?s:.*)main\.typ:1"),
    "panic": ('Hola\n#panic("no")', r"panicked with: (?s:.*)main\.typ:2"),
    "syntax error": ("Hola\n\n#let x = (", r"unclosed delimiter(?s:.*)main\.typ:3"),
    "unknown variable": ("#nothing", r"unknown variable: nothing(?s:.*)main\.typ:1"),
    "huge output": ("#set page(height: 20pt)\n#for n in range(3000) [#n #pagebreak()]", "more than 300,000"),
    "password file": ('#read("/etc/passwd")', "opens no files"),
    "password file by the way up": ('#read("../../../../../../etc/passwd")', "opens no files"),
    "own environment": ('#read("/proc/self/environ")', "opens no files"),
    "module of the hub": ('#include "/hub/__init__.py"', "opens no files"),
    "package of typst": ('#import "@preview/cetz:0.3.1": canvas', "imports no packages"),
    "package of the machine": ('#import "@local/cetz:0.3.1": canvas', "imports no packages"),
    "plugin": ('#plugin("evil.wasm")', "opens no files"),
    "image from the machine": ('#image("/usr/share/pixmaps/debian-logo.png")', "opens no files"),
}  # fmt: skip


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    made = Workers(LIMITS, at_once=1)
    yield made
    made.close()


@pytest.fixture
def new_workers() -> Iterator[Callable[..., Workers]]:
    """Makes workers of the test's own, with one process each or `at_once`."""
    made: list[Workers] = []

    def make(limits: Limits = LIMITS, at_once: int = 1) -> Workers:
        made.append(Workers(limits, at_once))
        return made[-1]

    yield make
    for each in made:
        each.close()


def compiled(workers: Workers, template: str, inputs: dict[str, str] | None = None) -> bytes:
    return workers.compile({"main.typ": template.encode()}, inputs or {}, OPTIONS)[0]


@pytest.mark.slow
@pytest.mark.parametrize(("template", "message"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_template_is_refused_and_the_next_document_is_made(workers, template, message):
    with pytest.raises(TemplateError, match=message) as caught:
        compiled(workers, template)
    assert caught.value.reason

    assert compiled(workers, "Hola").startswith(b"%PDF")


def test_a_message_shows_no_path_of_the_machine(workers):
    with pytest.raises(TemplateError) as caught:
        compiled(workers, "#nothing")

    assert "┌─ main.typ:1:1" in str(caught.value)
    assert str(Path.cwd()) not in str(caught.value)


def test_the_same_process_serves_many_documents_and_survives_wrong_ones(workers):
    compiled(workers, "Hola")
    before = workers.pids()
    for number in range(5):
        compiled(workers, f"Hola {number}")
        with pytest.raises(TemplateError):
            compiled(workers, "#nothing")

    assert workers.pids() == before


def test_a_process_that_was_killed_is_replaced(workers):
    compiled(workers, "Hola")
    (pid,) = workers.pids()
    os.kill(pid, signal.SIGKILL)

    assert compiled(workers, "Hola").startswith(b"%PDF")
    assert workers.pids() != [pid]


@pytest.mark.slow
def test_what_is_late_is_killed_and_not_left_behind(new_workers):
    workers = new_workers(Limits(seconds=2))
    compiled(workers, "Hola")
    (pid,) = workers.pids()
    with pytest.raises(TemplateError, match="took more than 2 s") as caught:
        compiled(workers, LOOP)

    assert caught.value.reason == "took more than 2 s"
    assert workers.pids() == []
    assert not Path(f"/proc/{pid}").exists()
    assert compiled(workers, "Hola").startswith(b"%PDF")


def test_closing_ends_every_process(new_workers):
    workers = new_workers()
    compiled(workers, "Hola")
    (pid,) = workers.pids()
    workers.close()

    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_a_hub_that_is_killed(end):
    """Even one that is busy: the kernel's own clock ends it."""
    code = (
        "import sys, threading\n"
        "from hub.cfdi.pdf.isolated import Workers\n"
        "from hub.cfdi.pdf.worker_process import Limits\n"
        "workers = Workers(Limits(seconds=1))\n"
        "one = lambda t: workers.compile({'main.typ': t.encode()}, {}, {'format': 'pdf'})\n"
        "one('Hola'); print(workers.pids()[0], flush=True)\n"
        f"threading.Thread(target=one, args=({LOOP!r},)).start()\n"
        "print('busy', flush=True); sys.stdin.read()\n"
    )
    hub = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={"PYTHONPATH": str(Path.cwd())}
    )
    with hub:
        worker = int(hub.stdout.readline())
        assert hub.stdout.readline() == b"busy\n"
        hub.send_signal(end)

    wait_until_gone(worker)


def test_the_environment_of_the_hub_is_not_passed_on(new_workers, monkeypatch):
    monkeypatch.setenv("CSD_PASSWORD", "secreto")
    workers = new_workers()
    compiled(workers, "Hola")
    environment = Path(f"/proc/{workers.pids()[0]}/environ").read_bytes()

    assert b"PYTHONPATH" in environment
    assert b"secreto" not in environment


def test_the_process_can_open_nothing_and_write_nothing(workers):
    compiled(workers, "Hola")
    limits = Path(f"/proc/{workers.pids()[0]}/limits").read_text()
    rows = {line[:26].strip(): line[26:].split() for line in limits.splitlines()}

    assert rows["Max open files"][:2] == ["3", "3"]
    assert rows["Max file size"][:2] == ["0", "0"]
    assert rows["Max core file size"][:2] == ["0", "0"]
    assert rows["Max address space"][1].isdigit()


def test_it_works_in_an_empty_folder(workers):
    compiled(workers, "Hola")
    folder = Path(f"/proc/{workers.pids()[0]}/cwd").resolve()

    assert folder.name.startswith("hub-pdf-")
    assert list(folder.iterdir()) == []


def test_threads_share_the_processes_and_get_their_own_documents(new_workers, text_of):
    workers = new_workers(at_once=2)
    start = threading.Barrier(4, timeout=30)

    def work(number: int) -> str:
        start.wait()
        return text_of(compiled(workers, "#sys.inputs.n", {"n": f"Documento {number}"}))

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(work, range(8))) == [f"Documento {n}" for n in range(8)]
    assert 1 <= len(workers.pids()) <= 2


def test_a_worker_makes_the_same_bytes_as_this_process(stamped):
    assert render(stamped("factura"), template=default_template()) == render(stamped("factura"))


def test_a_preview_of_an_issuers_template_is_made_apart_too(stamped):
    assert preview(stamped("factura"), template=default_template()) == preview(stamped("factura"))
    with pytest.raises(TemplateError, match="imports no packages"):
        preview(stamped("factura"), template='#import "@preview/cetz:0.3.1"')


def test_every_weight_of_the_shipped_font_can_be_used(workers):
    template = '#for w in (400, 500, 600) { text(font: "Inter", weight: w)[Hola] }'

    assert compiled(workers, template) == compile_here({"main.typ": template.encode()}, {}, OPTIONS)[0]


def wait_until_gone(pid: int) -> None:
    """Waits up to a minute for the end of a process; a container's first process may leave it as a zombie."""
    for _ in range(600):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return
        if state == "Z":
            return
        time.sleep(0.1)
    pytest.fail(f"process {pid} is still there")
