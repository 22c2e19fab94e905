"""The markets that old and new code are put through: conditions as data, and the prices they make."""
