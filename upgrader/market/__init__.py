"""Markets as data: conditions, price paths and what is observed of a derivatives system."""
