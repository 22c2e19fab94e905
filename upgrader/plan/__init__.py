"""The upgrade as a value: what is wanted, what is there, and the operations between the two."""
