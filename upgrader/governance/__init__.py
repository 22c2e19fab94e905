"""Who decides on chain: Safe, timelock and their hashes, encodings and life cycles."""
