"""A check that nobody has seen fail is not a check: each has a hostile plugin that it must catch."""

import inspect

import pytest

from hub.testing import (
    LocalSourceContract,
    NotifierContract,
    PacContract,
    WebhookSourceContract,
    WriteBackContract,
    checks_of,
)
from tests.testing import hostile_folders, hostile_notifiers, hostile_pacs, hostile_sources, hostile_writers
from tests.testing.hostile_imports import Nosy
from tests.testing.hostile_library import Heavy
from tests.testing.test_the_well_behaved import TestAcmeChat as Chat
from tests.testing.test_the_well_behaved import TestAcmeFolder as Folder
from tests.testing.test_the_well_behaved import TestAcmeMail as Mail
from tests.testing.test_the_well_behaved import TestAcmeNotes as Notes
from tests.testing.test_the_well_behaved import TestAcmePac as Pac
from tests.testing.test_the_well_behaved import TestAcmeSealer as Sealer
from tests.testing.test_the_well_behaved import TestAcmeSource as Shop


def failed(contract):
    """Names of the checks that fail, each on a new object as pytest makes it, with a message for the author."""
    found = {}
    for name in checks_of(contract):
        one = contract()
        forget(contract.plugin)
        try:
            inspect.unwrap(getattr(contract, f"test_{name}"))(one)  # a new one bites, too
        except pytest.skip.Exception:
            continue
        except Exception as error:
            found[name] = str(error)
        finally:
            getattr(one, "teardown_method", lambda: None)()
    return found


def forget(plugin):
    """Some hostile plugins keep state in their class; one check must not see that of another."""
    for name in {"known", "calls", "sent"} & vars(plugin).keys():
        setattr(plugin, name, type(getattr(plugin, name))())


def hostile(base, plugin, **attributes):
    return type("Hostile", (base,), {"plugin": plugin, **attributes})


CASES = [
    (Shop, Nosy, {}, {"imports_only_the_public_api"}),
    (Shop, Heavy, {}, {"its_libraries_are_loaded_when_used"}),
    *((Shop, plugin, {}, expected) for plugin, expected in hostile_sources.SOURCES),
    *((Shop, plugin, {"config": config}, expected) for plugin, config, expected in hostile_sources.CONFIGS),
    *((Shop, plugin, {"deliveries": sent}, expected) for plugin, sent, expected in hostile_sources.DELIVERIES),
    *((Notes, plugin, {}, expected) for plugin, expected in hostile_writers.WRITERS),
    *((Folder, plugin, {}, expected) for plugin, expected in hostile_folders.FOLDERS),
    *((Pac, plugin, {}, expected) for plugin, expected in hostile_pacs.PACS),
    *((Sealer, plugin, {}, expected) for plugin, expected in hostile_pacs.SEALERS),
    *((Chat, plugin, {}, expected) for plugin, expected in hostile_notifiers.CHATS),
    *((Mail, plugin, {}, expected) for plugin, expected in hostile_notifiers.MAILS),
]


@pytest.mark.parametrize(
    ("base", "plugin", "attributes", "expected"),
    CASES,
    ids=[f"{plugin.__name__}-{type(attributes.get('config')).__name__}" for _, plugin, attributes, _ in CASES],
)
def test_the_hostile_plugin_is_caught_by_these_checks(base, plugin, attributes, expected):
    found = failed(hostile(base, plugin, **attributes))
    assert set(found) == expected, found
    for check in expected:
        assert len(found[check]) > 20, f"{check} says too little to its author: {found[check]!r}"


def test_every_check_has_been_seen_to_fail():
    """Remove a hostile plugin, and this names the check that nobody proves any more."""
    contracts = (WebhookSourceContract, WriteBackContract, LocalSourceContract, PacContract, NotifierContract)
    assert {check for *_, expected in CASES for check in expected} == {c for k in contracts for c in checks_of(k)}
