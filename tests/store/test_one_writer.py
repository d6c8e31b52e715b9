"""Writers of an SQLite database take turns, whatever process they are in."""

import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from hub.plugin import TransientError
from hub.store import Store
from hub.store.one_writer import OneWriter
from tests.support.process import environment

TURNS = 20

GREEDY = """
    import sys, time
    from sqlalchemy import text
    from hub.store import Store

    store = Store(sys.argv[1])

    def turn():
        with store.write() as session:
            session.execute(text("UPDATE turns SET greedy = greedy + 1"))
            time.sleep(0.003)

    turn()
    print("has written", flush=True)
    while True:
        turn()
"""


@pytest.fixture
def store(tmp_path):
    made = Store(f"sqlite:///{tmp_path}/hub.db")
    with made.write() as session:
        session.execute(text("CREATE TABLE turns (greedy INTEGER)"))
        session.execute(text("INSERT INTO turns VALUES (0)"))
    yield made
    made.close()


@pytest.fixture
def greedy(store):
    """Another process that writes without a pause."""
    command = [sys.executable, "-c", textwrap.dedent(GREEDY), str(store.url)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "has written\n"
        yield process
        process.kill()


def turns(store: Store) -> int:
    with store.write() as session:
        return int(session.execute(text("SELECT greedy FROM turns")).scalar_one())


def test_a_process_that_writes_without_pause_leaves_a_turn_to_others(store, greedy):
    before = turns(store)
    taken = [turns(store) for _ in range(TURNS)][-1] - before
    assert taken < TURNS * 20, f"the other process wrote {taken} times while we wrote {TURNS} times"


def test_a_writer_that_dies_leaves_the_turn(store, greedy):
    greedy.kill()
    greedy.wait()
    assert turns(store) > 0


def test_whoever_writes_may_enter_again_and_an_error_gives_the_turn_back(tmp_path):
    one, other = OneWriter(tmp_path / "hub.db"), OneWriter(tmp_path / "hub.db")
    with pytest.raises(ZeroDivisionError), one, one:
        _ = 1 / 0
    with other, other:
        pass
    with one:
        pass
    one.close()
    other.close()
    with one:
        pass
    one.close()


def test_who_waits_too_long_is_told_and_the_turn_comes_back(tmp_path, monkeypatch):
    monkeypatch.setattr("hub.store.one_writer.PATIENCE_S", 0.2)
    one, other = OneWriter(tmp_path / "hub.db"), OneWriter(tmp_path / "hub.db")
    with one:
        for _ in range(2):
            with pytest.raises(TransientError, match=r"another process or thread has been writing to hub\.db"), other:
                pass
    monkeypatch.setattr("hub.store.one_writer.PATIENCE_S", 60)
    with other:
        pass
    with one:
        pass
    one.close()
    other.close()


def test_a_thread_that_waits_too_long_is_told_as_well(tmp_path, monkeypatch):
    monkeypatch.setattr("hub.store.one_writer.PATIENCE_S", 0.2)
    writer = OneWriter(tmp_path / "hub.db")
    with ThreadPoolExecutor(1) as pool, writer, pytest.raises(TransientError):
        pool.submit(writer.__enter__).result()
    writer.close()


def test_whoever_made_the_file_others_may_lock_it(tmp_path):
    (tmp_path / "hub.db-writer").touch(mode=0o444)
    with OneWriter(tmp_path / "hub.db"):
        pass


def test_a_place_that_cannot_be_written_is_said_and_leaves_no_lock(tmp_path):
    writer = OneWriter(tmp_path / "nowhere" / "hub.db")
    for _ in range(2):
        with pytest.raises(FileNotFoundError), writer:
            pass
