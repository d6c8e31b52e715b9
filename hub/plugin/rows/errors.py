"""What stops a whole table."""

_LONGEST = 1000


class TableError(Exception):
    """A table that cannot be read; the message says where and what to do, and is cut if need be."""

    def __init__(self, message: str) -> None:
        super().__init__(message if len(message) <= _LONGEST else f"{message[:_LONGEST]} ...")


class NoHeaderError(TableError):
    """A table without the header of sales. `nearly` says that a part of it is there: not a table of something else."""

    def __init__(self, message: str, *, nearly: bool = False) -> None:
        super().__init__(message)
        self.nearly = nearly
