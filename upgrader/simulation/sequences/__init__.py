"""Generated call sequences: what may be called, with which values, in which order, and what of a run is compared."""
