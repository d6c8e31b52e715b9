"""Messages between the hub and its template worker: JSON after its length, over a pipe."""

import json
import struct
from typing import IO, Any

_LENGTH = struct.Struct(">I")


class FrameTooLongError(ValueError):
    """The other side announces more than was agreed."""


def write_frame(pipe: IO[bytes], message: dict[str, Any]) -> None:
    """Sends one message whole."""
    body = json.dumps(message, ensure_ascii=False).encode()
    pipe.write(_LENGTH.pack(len(body)) + body)
    pipe.flush()


def read_frame(pipe: IO[bytes], limit: int) -> dict[str, Any] | None:
    """The next message; `None` if the other side has gone, even in the middle of one.

    Raises:
        FrameTooLongError: It has more than `limit` bytes; none of them is read.
    """
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > limit:
        raise FrameTooLongError(f"a message of {length:,} bytes, more than {limit:,}")
    body = pipe.read(length)
    if len(body) < length:
        return None
    message: dict[str, Any] = json.loads(body)
    return message
