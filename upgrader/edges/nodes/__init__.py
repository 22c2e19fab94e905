"""Asking many nodes at once, and reading the files that name them."""
