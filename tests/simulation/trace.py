"""What happened in a world, line by line, as a person reads it."""

from .run import Outcome


def shown(outcome: Outcome) -> str:
    """Virtual time since the beginning, and what happened: `!` is a fault, `[7]` the seventh task that was started."""
    lines = [f"{_clock(at)}  {text}" for at, text in outcome.trace]
    return "\n".join([f"seed {outcome.seed}", *lines, outcome.broken or "every promise was kept"])


def _clock(elapsed_s: float) -> str:
    minutes, seconds = divmod(elapsed_s, 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:06.3f}"
