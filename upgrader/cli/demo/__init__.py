"""The demo: the commands themselves, run one after another on a chain of their own."""
