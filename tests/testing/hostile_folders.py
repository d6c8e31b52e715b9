"""Sources without a remote side that break one promise each."""

import dataclasses

from tests.testing.acme_folder import AcmeFolder


class EmptyIfNotMounted(AcmeFolder):
    """Takes a share that is not mounted for a day without sales."""

    def days(self):
        return sorted(self.config.folder.glob("*.json"))


class PutsAllAway(AcmeFolder):
    """The first page that is safe clears the folder, pages that nobody has read included."""

    def pages(self, http, since):
        return [dataclasses.replace(page, committed=self.clear) for page in super().pages(http, since)]

    def clear(self):
        for day in self.days():
            day.unlink()


class LooksWithBothHands(AcmeFolder):
    """Who only looks takes the days away."""

    def look(self, http, since):
        for page in self.pages(http, since):
            page.committed()
            yield page


class AsksSomebody(AcmeFolder):
    """Looks like a folder, and asks a server."""

    def check(self, http):
        return str(http.get("https://acme.example/days"))


GONE, CRASH = "a_place_that_is_gone_is_an_error_not_an_empty_shop", "a_crash_after_any_page_loses_nothing"
LOOK = "looking_takes_nothing_away"
FOLDERS = (
    (EmptyIfNotMounted, {GONE}),
    (PutsAllAway, {CRASH}),
    (LooksWithBothHands, {LOOK}),
    (AsksSomebody, {GONE, "check_passes_with_good_credentials"}),
)
