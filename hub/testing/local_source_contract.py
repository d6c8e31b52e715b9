"""What a source promises that asks nobody: a folder, a mounted share, a database on this machine."""

import httpx

from hub.plugin import ConfigError, Ignored, Page, TransientError

from .expect import fail, outcome
from .judgement import BEGINNING
from .sales_contract import SalesContract


class LocalSourceContract(SalesContract):
    """The contract of a source without a remote side. Write `movements`, `broken` and `take_away`.

    Each check needs a place of its own, filled anew: set `config` in an autouse fixture, or as a `cached_property`.
    Here `committed` does the work that a cursor does elsewhere, so a crash between pages is tried with it.
    """

    # ---- what the author writes

    def take_away(self) -> None:
        """Make the place unreadable in the way that is likeliest, such as the folder of a share that is not mounted."""
        raise NotImplementedError(f"write take_away(self) in {type(self).__name__}: remove the folder, the file, ...")

    # ---- what the checks use

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Nobody is there."""
        fail(f"a local source asked {request.method} {request.url}; use SourceContract for a remote side")

    # ---- the checks

    def test_a_place_that_is_gone_is_an_error_not_an_empty_shop(self) -> None:
        self.take_away()
        for name, call in (("check", self.checked), ("pages", self.read)):
            result = outcome(call)
            assert isinstance(result, (ConfigError, TransientError)), (
                f"without its place {name} gave {result!r}; raise ConfigError (a person must look) or TransientError "
                "(it may come back), or the sales would be missing without a word"
            )

    def test_a_crash_after_any_page_loses_nothing(self) -> None:
        seen: set[str] = set()
        for _ in self.pages():
            page = next(iter(self.make().pages(self.http(), BEGINNING)), None)
            seen |= self._commit(page) if page else set()
        rest = {movement.id for movement in self.read()}
        lost = sorted(set(self.movements) - seen - rest)
        assert not lost, (
            f"stops after single pages lose {lost}: `committed` of a page may put away only what was handed over "
            "up to that page"
        )

    def test_looking_takes_nothing_away(self) -> None:
        first, second = ([page.records for page in self.make().look(self.http(), BEGINNING)] for _ in range(2))
        left = {movement.id for movement in self.read()}
        assert first == second and left == set(self.movements), (
            "after `look` something else is there to read; somebody who only looks (`hub sync --dry-run`) must leave "
            "everything as it is: move, lock and mark nothing in `look`"
        )

    def _commit(self, page: Page) -> set[str]:
        if page.committed:
            page.committed()
        source = self.make()
        found = [source.to_sale(record) for record in page.records]
        return {movement.id for movement in found if not isinstance(movement, Ignored)}
