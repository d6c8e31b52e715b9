"""The `hub` command."""

import sys


def main() -> None:
    """Run the command line; the exit code says what kind of trouble there was (see `hub.cli.exits`)."""
    from .app import build
    from .exits import run

    sys.exit(run(build()))
