"""Benchmarks are not run with the tests, but they are there when they are wanted."""

from bench import registry, run


def test_every_benchmark_can_be_loaded():
    run.load_all()

    assert len(registry.BENCHMARKS) > 20
