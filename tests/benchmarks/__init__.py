"""Benchmarks: timings and figures, run by ``make bench``, never by the tests."""
