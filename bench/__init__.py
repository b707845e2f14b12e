"""Measurements, each beside something else in the same run: `python -m bench` (docs/bench.md)."""
