"""Sources that break one promise of writing back each."""

import json

from hub.plugin import Buyer, ConfigError, DataError, HubError, Sale
from tests.testing.acme_notes import AcmeNotes, known


class CannotWrite(AcmeNotes):
    """Says that it writes, and writes nothing."""

    def note(self, http, outcome):
        return True


class ChecksNothing(AcmeNotes):
    def check_write_back(self, http):
        return "all is well"


class ChecksByWriting(AcmeNotes):
    def check_write_back(self, http):
        http.write_once("PUT", "/notes/A1", content=b'{"estado": "probando"}')
        return "notes can be written"


class SaysNothingOfTheCheck(AcmeNotes):
    def check_write_back(self, http):
        super().check_write_back(http)
        return ""


class OneWordForAll(AcmeNotes):
    def note(self, http, outcome):
        return super().note(http, outcome.model_copy(update={"state": "waiting"}))


class Adds(AcmeNotes):
    """A comment after the other."""

    def note(self, http, outcome):
        if not known(http, outcome.id):
            return False
        http.post_once(f"/notes/{outcome.id}", json.dumps({"estado": outcome.estado}).encode())
        return True


class LeavesOldText(AcmeNotes):
    """Writes only what there is, over what stands there."""

    def note(self, http, outcome):
        if not known(http, outcome.id):
            return False
        before = http.get("/notes").get(outcome.id, {})
        new = {name: text for name, text in outcome.model_dump(mode="json", exclude={"at"}).items() if text}
        http.write_once("PUT", f"/notes/{outcome.id}", content=json.dumps(before | new).encode())
        return True


class ReadsItsOwnWriting(AcmeNotes):
    def to_sale(self, record):
        sale = super().to_sale(record)
        return sale.model_copy(update={"buyer": Buyer(nombre=record.get("note"))}) if isinstance(sale, Sale) else sale


class FailsForOneThatIsGone(AcmeNotes):
    def note(self, http, outcome):
        if not super().note(http, outcome):
            raise DataError(f"{outcome.id} is gone")
        return True


class WritesForTheDead(AcmeNotes):
    def note(self, http, outcome):
        super().note(http, outcome)
        return True


class BlamesTheConfiguration(AcmeNotes):
    def write_back(self, http, outcomes):
        try:
            return super().write_back(http, outcomes)
        except HubError as error:
            raise ConfigError("writing failed") from error


class SwallowsTrouble(AcmeNotes):
    def write_back(self, http, outcomes):
        try:
            return super().write_back(http, outcomes)
        except HubError:
            return {}


class NamesAnother(AcmeNotes):
    def id_of(self, record):
        return "A1"


WRITERS = [
    (
        CannotWrite,
        {
            "every_state_can_be_written",
            "the_last_outcome_is_what_stands_there",
            "a_sale_that_is_gone_is_refused_alone",
            "trouble_while_writing_can_be_told_apart",
        },
    ),
    (ChecksNothing, {"the_check_of_writing_proves_something"}),
    (ChecksByWriting, {"the_check_of_writing_proves_something"}),
    (SaysNothingOfTheCheck, {"the_check_of_writing_proves_something"}),
    (OneWordForAll, {"every_state_can_be_written"}),
    (
        Adds,
        {"written_twice_is_as_once", "the_last_outcome_is_what_stands_there", "a_sale_that_is_gone_is_refused_alone"},
    ),
    (LeavesOldText, {"the_last_outcome_is_what_stands_there"}),
    (ReadsItsOwnWriting, {"writing_changes_no_sale"}),
    (FailsForOneThatIsGone, {"a_sale_that_is_gone_is_refused_alone"}),
    (WritesForTheDead, {"a_sale_that_is_gone_is_refused_alone"}),
    (BlamesTheConfiguration, {"trouble_while_writing_can_be_told_apart"}),
    (SwallowsTrouble, {"trouble_while_writing_can_be_told_apart"}),
    (NamesAnother, {"the_id_of_a_broken_record_is_its_own"}),
]
