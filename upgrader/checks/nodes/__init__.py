"""Judgement of nodes: what their statements are worth for a fork, and what is worth saying of a fleet."""
