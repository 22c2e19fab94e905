"""The nodes beneath the contracts: what they run, and whether they are ready for a fork."""
