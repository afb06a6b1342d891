"""Each job of the portal measured beside its floor: `python -m benchmarks` runs all, `make bench` calls it.

Not here: tests; nothing here is timed in the test suite.
"""
