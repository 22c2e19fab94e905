"""Storage layouts as typed byte ranges, and the facts of comparing two of them."""
