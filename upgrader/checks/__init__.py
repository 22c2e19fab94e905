"""Judgement: facts come in, findings go out; one file per check."""
