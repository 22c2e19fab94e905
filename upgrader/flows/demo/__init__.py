"""The whole journey on a local chain, with the reference protocol of ``contracts/``."""
