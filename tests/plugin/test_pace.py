"""Requests are spread: none begins sooner after another than was agreed."""

from hub.plugin.pace import Pace


def test_each_turn_comes_a_gap_after_the_one_before():
    now, slept = [100.0], []
    pace = Pace(4, clock=lambda: now[0], sleep=slept.append)
    for _ in range(3):
        pace.wait()

    assert slept == [0.25, 0.5]

    now[0] = 200.0
    pace.wait()
    assert slept == [0.25, 0.5]
