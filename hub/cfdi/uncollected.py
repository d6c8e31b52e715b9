"""Making very many values at once, none of which is part of a cycle.

Python's collector of cycles looks at all values that live each time their number has grown by a quarter. With fifty
thousand tickets that takes almost as long as their documents.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the collector rest during a block, or as a decorator during a call; for the whole process."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
