"""Benchmarks of the hub: `python -m bench` runs all, `python -m bench ONLY=name,...` some."""
