"""Carry a change of an on-chain derivatives system from intent to verified execution.

The package is a house of floors: *ask -> know -> decide -> say -> do*, and the middle three are pure.
Nothing imports upward; ``docs/architecture.md`` draws the floors and ``lint-imports`` enforces them.
"""

__version__ = "0.1.0"
