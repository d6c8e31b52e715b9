"""A check that is new in a release warns in that release and fails from the next one on."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

import pytest

import hub

F = TypeVar("F", bound=Callable[..., Any])


def new_in(release: str) -> Callable[[F], F]:
    """Mark a check of a contract that came with a release, such as `0.2`.

    While the installed hub is of that release, what the check finds is an expected failure (`xfailed`; a Python warning
    would fail where authors make errors of them), which `hub plugins check` shows as *warned*: authors have one release
    to follow. Then it fails, and the mark is taken away.
    """

    def marked(check: F) -> F:
        @functools.wraps(check)
        def run(*args: Any, **kwargs: Any) -> None:
            try:
                check(*args, **kwargs)
            except Exception as error:
                if is_over(release):
                    raise
                pytest.xfail(f"new in {release} and a failure in the next release: {error}")

        run.new_in = release  # type: ignore[attr-defined]
        return cast("F", run)

    return marked


def is_over(release: str) -> bool:
    """Whether the installed hub is of a later release than this one."""
    return _minor(hub.__version__) > _minor(release)


def _minor(version: str) -> tuple[int, int]:
    major, minor = version.split(".")[:2]
    return int(major), int(minor)
