"""Kinds of proxies, how an address is recognised as one, and who can upgrade it."""

from upgrader.proxies._base import FAMILY, Proxy, ProxyKind
from upgrader.proxies._recognise import recognise, recognise_many

__all__ = ["FAMILY", "Proxy", "ProxyKind", "recognise", "recognise_many"]
