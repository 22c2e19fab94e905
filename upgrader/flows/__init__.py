"""The verbs: each command's work, told through ports."""
