"""Vyper's storage: from what its compiler prints of a contract to the layout."""
