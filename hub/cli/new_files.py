"""Files that a command writes together, or not at all."""

from pathlib import Path


class NewFiles:
    """Remembers what was there before."""

    def __init__(self) -> None:
        self._before: list[tuple[Path, bytes | None]] = []

    def write(self, path: Path, content: bytes, mode: int = 0o644) -> None:
        """Write a file, in a folder that is made if need be."""
        path.parent.mkdir(mode=0o700 if mode == 0o600 else 0o755, parents=True, exist_ok=True)
        self._before.append((path, path.read_bytes() if path.exists() else None))
        path.touch(mode)
        path.chmod(mode)
        path.write_bytes(content)

    def undo(self) -> None:
        """Everything as it was, the last one first."""
        for path, content in reversed(self._before):
            if content is None:
                path.unlink()
            else:
                path.write_bytes(content)
