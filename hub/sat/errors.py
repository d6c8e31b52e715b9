"""What can go wrong with files that SAT or others publish. The caller decides whom it concerns."""


class CatalogError(Exception):
    """A published file cannot be used; what is installed stays as it is.

    Args:
        reason: what is wrong, where.
        hint: what to do next.
    """

    def __init__(self, reason: str, *, hint: str = "") -> None:
        super().__init__(reason)
        self.hint = hint


class UnreachableError(CatalogError):
    """The file could not be had now (no answer, HTTP 5xx, broken off) and may be had later."""
