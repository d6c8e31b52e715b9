"""Create a file that several processes may want to create at the same time."""

import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4


def create_once(path: Path, write: Callable[[Path], None]) -> None:
    """Whoever links first wins, so nobody ever sees a file that is half written."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        write(draft)
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)
