"""All input and output: chains, compilers, files, clocks and keys."""
