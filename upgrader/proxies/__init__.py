"""Contracts that delegate: how each kind is recognised, and who may change its implementation."""
