"""Typst compilers kept warm, and lent to one thread at a time; a hub that draws nothing does not load Typst."""

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.cfdi.pdf.errors import TemplateError

if TYPE_CHECKING:
    import typst

_FONTS = Path(__file__).parent / "fonts"  # Inter, under the SIL Open Font License beside it
_NO_PACKAGES = _FONTS / "no-packages"  # does not exist: templates import no typst packages

# A typst.Compiler raises "Already borrowed" when two threads use it; deque.pop and append are atomic.
_idle: "deque[typst.Compiler]" = deque()


def compile_here(sources: Mapping[str, bytes], inputs: Mapping[str, str], options: Mapping[str, Any]) -> list[bytes]:
    """The document of `main.typ` in this process, which a template could stop for good: only for the shipped one.

    Args:
        sources: File name to content; one of them is `main.typ`. They are all the files that it can read.
        inputs: What the template finds in `sys.inputs`.
        options: `pdf_options` or `png_options`.

    Returns:
        One PDF, or one PNG image per page.

    Raises:
        TemplateError: Typst refused the template or a file it uses.
    """
    from typst import TypstError

    with _lent_compiler() as compiler:
        try:
            output = compiler.compile(dict(sources), sys_inputs=dict(inputs), **options)
        except TypstError as error:
            diagnostic = error.diagnostic or error.message
            raise TemplateError(f"the PDF template does not compile: {diagnostic}", error.message) from error
    assert output is not None, "typst returns nothing only when it writes to a file"
    return output if isinstance(output, list) else [output]


def pdf_options(created: int, *, archival: bool = False) -> dict[str, Any]:
    """`created` is the date of the PDF in Unix seconds, for equal bytes from equal input; `archival` makes PDF/A-3b."""
    return {"format": "pdf", "timestamp": created, "pdf_standards": ["a-3b"] if archival else []}


def png_options(ppi: float) -> dict[str, Any]:
    """PNG images at `ppi` pixels per inch."""
    return {"format": "png", "ppi": ppi}


@contextmanager
def _lent_compiler() -> "Iterator[typst.Compiler]":
    compiler = _idle.pop() if _idle else _new_compiler()
    try:
        yield compiler
    finally:
        _idle.append(compiler)


def _new_compiler() -> "typst.Compiler":
    from typst import Compiler

    # the root is what a template may read besides its sources; by default it is the working directory
    return Compiler(
        root=_FONTS,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        package_path=_NO_PACKAGES,
        package_cache_path=_NO_PACKAGES,
    )


@lru_cache(maxsize=1)
def _fonts() -> "typst.Fonts":
    from typst import Fonts

    return Fonts(include_system_fonts=False, font_paths=[_FONTS])
