"""Changes of a network's rules, with the moment at which each takes effect."""
