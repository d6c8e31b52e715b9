"""Time in a simulated world: the true one, which only goes forward, and the hub's own clock, which may be wrong."""

from datetime import UTC, datetime, timedelta

BEGIN = datetime(2026, 11, 10, 15, 0, tzinfo=UTC)


class Clock:
    """Nothing passes by itself: the scheduler moves it."""

    def __init__(self) -> None:
        self.true = BEGIN
        self.wrong_by = timedelta(0)

    def true_now(self) -> datetime:
        """What every remote side's clock shows."""
        return self.true

    def hub_now(self) -> datetime:
        """What the hub's machine shows."""
        return self.true + self.wrong_by

    def pass_to(self, moment: datetime) -> None:
        """Let time go by until a moment."""
        self.true = max(self.true, moment)

    @property
    def elapsed_s(self) -> float:
        return (self.true - BEGIN).total_seconds()
