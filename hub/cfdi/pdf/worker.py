"""The process that compiles an issuer's template: `python -m hub.cfdi.pdf.worker`, started by `isolated`.

Once ready it can open nothing, neither file nor socket, and may use so much memory and time. It serves one document
after the other, from standard input to standard output, until its parent hangs up.
"""

import base64
import resource
import sys
from pathlib import Path
from typing import IO, Any

from hub.cfdi.pdf.compiler import compile_here, pdf_options
from hub.cfdi.pdf.errors import TemplateError
from hub.cfdi.pdf.frames import read_frame, write_frame

REQUEST_BYTES = 64_000_000
# Typst reads a font at its first use, which would be too late once the doors are closed.
_ALL_FONTS = b'#for w in (400, 500, 600) { text(font: "Inter", weight: w)[a] }'
_PACKAGE_REASONS = ("failed to download package", "package not found")
_FILE_REASONS = ("file not found", "would escape the project root")


def main() -> None:
    """Serves documents until the end of input."""
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    compile_here({"main.typ": _ALL_FONTS}, {}, pdf_options(0, archival=True))
    _close_doors(memory_bytes=int(sys.argv[1]))
    write_frame(replies, {"ready": True})
    while request := read_frame(requests, REQUEST_BYTES):
        _limit_cpu(request["seconds"])
        _answer(replies, request)


def _answer(replies: IO[bytes], request: dict[str, Any]) -> None:
    sources = {name: base64.b64decode(content) for name, content in request["sources"].items()}
    try:
        pages = compile_here(sources, request["inputs"], {**request["options"], "root": "."})
    except TemplateError as error:
        write_frame(replies, {"message": f"{error}{_advice(error)}", "reason": error.reason})
    else:
        write_frame(replies, _pages(pages, request["output_bytes"]))


def _advice(error: TemplateError) -> str:
    if error.reason.startswith(_PACKAGE_REASONS):
        return "a template imports no packages; copy what it needs into it"
    if any(reason in error.reason for reason in _FILE_REASONS):
        return "a template opens no files; write what it needs into it"
    return ""


def _pages(pages: list[bytes], most: int) -> dict[str, Any]:
    size = sum(map(len, pages))
    if size > most:
        reason = f"made {size:,} bytes, more than {most:,}"
        return {"message": f"the PDF template {reason}", "reason": reason}
    return {"pages": [base64.b64encode(page).decode() for page in pages]}


def _close_doors(memory_bytes: int) -> None:
    """Takes from this process for good what a document does not need."""
    for kind, most in {
        resource.RLIMIT_AS: _address_space() + memory_bytes,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 3,  # the two pipes and standard error, which are open; so nothing else can be opened
    }.items():
        resource.setrlimit(kind, (most, most))


def _address_space() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()


def _limit_cpu(seconds: float) -> None:
    """The kernel's own clock, for the case that the parent is gone and its clock with it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
