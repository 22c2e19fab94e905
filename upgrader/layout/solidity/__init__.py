"""What solc's AST says about storage, beyond what its ``storageLayout`` says."""
