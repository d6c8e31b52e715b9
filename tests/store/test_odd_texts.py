"""What PostgreSQL refuses reaches no column that holds what others said, on either database."""

import json
from datetime import UTC, datetime

import pytest

from hub.store import Condition, Store
from hub.store.tables import JobRun
from hub.store.types import JsonText, json_text

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def store(database_url):
    store = Store(database_url)
    store.migrate()
    yield store
    store.close()


@pytest.mark.parametrize("word", ["\0", "a\0b", "\ud800", "\udfff\ud800"])
def test_words_and_json_are_kept_without_it(store, word):
    kept = word.translate(dict.fromkeys((0, 0xD800, 0xDFFF), 0xFFFD))
    with store.write() as session:
        session.add(Condition(subject="x", since=NOW, message=word, hint=f"ñ{word}"))
        session.add(JobRun(job="x", period="1", started_at=NOW, result={word: [word, {"a": word}], "b": 1}))
    with store.read() as session:
        condition, run = session.get_one(Condition, "x"), session.get_one(JobRun, ("x", "1"))
    assert (condition.message, condition.hint) == (kept, f"ñ{kept}")
    assert run.result == {kept: [kept, {"a": kept}], "b": 1}


@pytest.mark.parametrize("value", [{"a": "😀 \\u0000 ñ", "b": [1, None, True]}, "\\ud800", []])
def test_what_can_be_kept_is_kept_as_it_is(value):
    assert json.loads(json_text(value)) == value


@pytest.mark.parametrize("value", [{"a": "😀 \\u0000 ñ", "b": [1, None, True]}, {"a": "\0"}])
def test_what_is_written_out_already_is_kept_like_what_is_not(value):
    written = JsonText(json.dumps(value, ensure_ascii=False))
    assert json.loads(json_text(written)) == json.loads(json_text(value))
