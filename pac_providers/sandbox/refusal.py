"""What the PAC says when it does not stamp."""


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """A refusal with SAT's own code where there is one."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
