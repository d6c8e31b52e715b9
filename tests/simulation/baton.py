"""Tasks of which exactly one runs: at every I/O the scheduler decides who goes on, so a seed decides all."""

from collections.abc import Callable
from datetime import timedelta

from greenlet import greenlet

from .clock import Clock


class Crash(BaseException):
    """The process is gone: nothing after this line runs."""


class Task:
    """One thread of work. `process` is what a crash takes with it."""

    def __init__(self, name: str, work: Callable[[], object], process: str, clock: Clock) -> None:
        self.name = name
        self.process = process
        self.wakes_at = clock.true
        self.doomed = False
        self.error: BaseException | None = None
        self._work = work
        self._run = greenlet(self._worked)

    @property
    def ended(self) -> bool:
        return self._run.dead

    def go_on(self) -> None:
        self._run.switch()

    def _worked(self) -> None:
        if not self.doomed:
            try:
                self._work()
            except BaseException as error:
                self.error = error


class Baton:
    """Held by the scheduler or by one task."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._scheduler = greenlet.getcurrent()
        self.tasks: list[Task] = []
        self.running: Task | None = None

    def spawn(self, name: str, work: Callable[[], object], process: str) -> Task:
        """A new task, which runs when it is chosen."""
        self.tasks.append(Task(name, work, process, self._clock))
        return self.tasks[-1]

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
            self._scheduler.switch()
        if task.doomed:
            raise Crash

    def go_on(self, task: Task) -> None:
        """Let a task run until its next pause or its end."""
        self.running = task
        task.go_on()
        self.running = None
        if task.ended:
            self.tasks.remove(task)

    def kill(self, task: Task) -> None:
        """The task meets its end where it stands."""
        task.doomed = True
        self.go_on(task)
