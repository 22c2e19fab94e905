"""Node clients, one module each."""
