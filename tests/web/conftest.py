"""One browser for all tests of the web side: a second one in the same process is refused."""

from tests.support.browser import browser  # noqa: F401
