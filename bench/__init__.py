"""Benchmarks against the best peer, in the same run, on the same compiler; ``make bench``."""
