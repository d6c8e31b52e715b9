"""What stops a whole table."""

_LONGEST = 1000


class TableError(Exception):
    """A table that cannot be read; the message says where and what to do, and is cut if need be."""

    def __init__(self, message: str) -> None:
        super().__init__(message if len(message) <= _LONGEST else f"{message[:_LONGEST]} ...")
