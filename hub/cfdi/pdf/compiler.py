"""Typst compilers kept warm, and lent to one thread at a time."""

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from hub.cfdi.pdf.errors import TemplateError

_FONTS = Path(__file__).parent / "fonts"  # Inter, under the SIL Open Font License beside it

# A typst.Compiler raises "Already borrowed" when two threads use it; deque.pop and append are atomic.
_idle: deque[typst.Compiler] = deque()


def compile_pdf(sources: Mapping[str, bytes], inputs: Mapping[str, str], created: int) -> bytes:
    """The PDF of `main.typ` among the sources, which are all the files that it can read.

    Args:
        sources: File name to content; one of them is `main.typ`.
        inputs: What the template finds in `sys.inputs`.
        created: Creation date of the PDF in Unix seconds, so that equal input gives equal bytes.

    Raises:
        TemplateError: Typst refused the template or a file it uses.
    """
    pdf = _compile(sources, inputs, format="pdf", timestamp=created)
    assert isinstance(pdf, bytes)
    return pdf


def compile_png(sources: Mapping[str, bytes], inputs: Mapping[str, str], ppi: float) -> list[bytes]:
    """The same document as one PNG image per page."""
    pages = _compile(sources, inputs, format="png", ppi=ppi)
    return pages if isinstance(pages, list) else [pages]


def _compile(sources: Mapping[str, bytes], inputs: Mapping[str, str], **options: Any) -> bytes | list[bytes]:
    with _lent_compiler() as compiler:
        try:
            output = compiler.compile(dict(sources), sys_inputs=dict(inputs), **options)
        except typst.TypstError as error:
            diagnostic = error.diagnostic or error.message
            raise TemplateError(f"the PDF template does not compile: {diagnostic}", error.message) from error
    assert output is not None, "typst returns nothing only when it writes to a file"
    return output


@contextmanager
def _lent_compiler() -> Iterator[typst.Compiler]:
    compiler = _idle.pop() if _idle else _new_compiler()
    try:
        yield compiler
    finally:
        _idle.append(compiler)


def _new_compiler() -> typst.Compiler:
    # the root is what a template may read besides its sources; by default it is the working directory
    return typst.Compiler(root=_FONTS, font_paths=_fonts(), ignore_system_fonts=True)


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[_FONTS])
