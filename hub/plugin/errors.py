"""What can go wrong, sorted by what the hub does about it.

* HubError
    - ConfigError     a person must change something     that instance is paused, the operator told once
    - TransientError  it certainly did not happen        tried again later
    - InDoubtError    it may have happened               `recover` first, never a second document
    - DataError       this one record cannot be used     set aside with its raw record, the rest go on
    - ContractError   the plugin broke a promise         the plugin is disabled, its data stay
    - SignatureError  a delivery is not from its sender  refused, nothing is stored

What a plugin raises and this module does not name counts as the careful choice: `InDoubtError` from
`stamp` and `cancel`, `DataError` from `to_sale`, `TransientError` from every other call.
"""


class HubError(Exception):
    """Root of the errors.

    Args:
        message: for the operator: what happened and where.
        hint: what to do next, in one sentence; empty if there is nothing to do.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class ConfigError(HubError):
    """A person must change something: a key was refused, a CSD expired, the stamps ran out."""


class TransientError(HubError):
    """It certainly did not happen and may work later.

    Args:
        message: for the operator.
        hint: what to do next.
        retry_after_s: seconds that the remote side asked for, if it did.
    """

    def __init__(self, message: str, *, hint: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after_s = retry_after_s


class InDoubtError(HubError):
    """A write may have happened: the request left and no answer that can be trusted came back."""


class DataError(HubError):
    """One record cannot be used; the others can.

    Args:
        message: for the operator: which value is wrong and why.
        hint: how to repair the record at its source.
        field: name of the field at fault, if one is.
    """

    def __init__(self, message: str, *, hint: str = "", field: str = "") -> None:
        super().__init__(message, hint=hint)
        self.field = field


class ContractError(HubError):
    """A plugin broke a promise of the API: wrong type, float money, naive time, stamp without UUID."""


class SignatureError(HubError):
    """A webhook delivery does not carry a valid signature, or is too old."""
