"""Threads of which exactly one runs: at every I/O the scheduler decides who goes on, so a seed decides all."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from .clock import Clock


STUCK_AFTER_S = 60


class Crash(BaseException):
    """The process is gone: nothing after this line runs."""


class Task:
    """One thread's work. `process` is what a crash takes with it."""

    def __init__(self, name: str, work: Callable[[], object], process: str, starts_at: datetime) -> None:
        self.name = name
        self.process = process
        self.wakes_at = starts_at
        self.doomed = False
        self.ended = False
        self.error: BaseException | None = None
        self.turn = threading.Lock()
        self.turn.acquire()
        self._work = work

    def run(self) -> None:
        self.turn.acquire()
        if not self.doomed:
            try:
                self._work()
            except BaseException as error:
                self.error = error
        self.ended = True


class Baton:
    """Held by the scheduler or by one task."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._back = threading.Lock()
        self._back.acquire()
        self.tasks: list[Task] = []
        self.running: Task | None = None

    def spawn(self, name: str, work: Callable[[], object], process: str) -> Task:
        """A new task, which runs when it is chosen."""
        task = Task(name, work, process, self._clock.true)
        self.tasks.append(task)
        threading.Thread(target=self._thread, args=[task], daemon=True).start()
        return task

    def pause(self, seconds: float = 0.0) -> None:
        """Give the baton back, and go on when chosen again, not before `seconds` have passed.

        Raises:
            Crash: the process ended meanwhile.
        """
        task = self.running
        if task is None:  # the scheduler itself looks at something
            return
        if not task.doomed:
            task.wakes_at = self._clock.true + timedelta(seconds=seconds)
            self._back.release()
            task.turn.acquire()
        if task.doomed:
            raise Crash

    def go_on(self, task: Task) -> None:
        """Let a task run until its next pause or its end."""
        self.running = task
        task.turn.release()
        if not self._back.acquire(timeout=STUCK_AFTER_S):
            raise RuntimeError(f"{task.name} neither pauses nor ends: it waits for something that another task holds")
        self.running = None
        if task.ended:
            self.tasks.remove(task)

    def kill(self, task: Task) -> None:
        """The task meets its end where it stands."""
        task.doomed = True
        self.go_on(task)

    def _thread(self, task: Task) -> None:
        task.run()
        self._back.release()
