"""What types are called, by compilers and by people."""

import re
from typing import Final

_KIND: Final = re.compile(r"\b(?:contract|struct|enum) | payable\b")
_QUALIFIER: Final = re.compile(r"\b\w+\.(?=\w)")


def plain_label(label: str) -> str:
    """Return a type's name as people and compilers may both spell it: without kinds, qualifiers and blanks."""
    plain = _KIND.sub("", _QUALIFIER.sub("", label))
    return re.sub(r"\b(u?int)\b", r"\g<1>256", "".join(plain.split()))


def bare_label(label: str) -> str:
    """Return a type's name without the contract that declares it."""
    return _QUALIFIER.sub("", label)
