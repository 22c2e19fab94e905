"""Words: what was found, planned and simulated, for people and for programs."""
