"""Scenarios as requests to a local copy of a chain, and the decoding of what they changed."""
