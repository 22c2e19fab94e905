"""A type as Vyper's compilers spell it in a layout, taken apart.

The spelling is the ``str`` of the compiler's own type object, and each line of versions has another:

===============  ======================  ==========================  =================  ==========================
version          struct                  flag                        interface          imported interface
===============  ======================  ==========================  =================  ==========================
up to 0.3.7      ``Pos``                 ``Side``                    ``IOracle``        ``ERC20``
0.3.8 to 0.3.10  ``Pos declaration       ``enum Side('A','B')``      ``IOracle``        ``ERC20``
                 object``
0.4.0            ``Pos``                 ``flag Side('A','B')``      ``interface        ``interface
                                                                     IOracle``          path/IERC20.vyi``
from 0.4.1 on    ``Pos``                 ``Side``                    ``IOracle``        ``path/IERC20.vyi``
===============  ======================  ==========================  =================  ==========================

So a bare name says what it is only where others in the same layout are marked as 0.3.8 marks them.

Source: https://github.com/vyperlang/vyper/tree/v0.4.3/vyper/semantics/types (``__str__`` and ``__repr__`` of each type)
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

from upgrader.layout.untrusted import MAX_SIZE, malformed, number

MAX_DEPTH: Final = 32
"""Types and modules inside one another."""

_FLAG: Final = re.compile(r"(?:enum|flag) (\w+)(?:\(([\w', ]*)\))?")
_STRUCT: Final = re.compile(r"struct (\w+)|(\w+) declaration object")
_INTERFACE: Final = re.compile(
    r"interface (?:.*[/\\])?([^/\\]+?)(?:\.vyi?|\.json)?|(?:.*[/\\])?([^/\\]+)\.(?:vyi?|json)"
)
_MARKED_SINCE_038: Final = re.compile(r" declaration object|\benum \w+\(")
_OWN: Final = re.compile(r"u?int\d{1,3}|bytes\d{1,2}|bool|address|decimal")
"""Vyper's own plain types."""

_BARE: Final = re.compile(r"\w+")
_PAIR: Final = 2


class Form(StrEnum):
    """How a type is put together."""

    PLAIN = "plain"
    BYTES = "bytes"
    MAPPING = "HashMap"
    BOUNDED = "DynArray"
    FIXED = "array"
    TUPLE = "tuple"


class Sort(StrEnum):
    """What a type that the program names is."""

    STRUCT = "struct"
    FLAG = "flag"
    INTERFACE = "interface"


class Definition(NamedTuple):
    """What a name stands for.

    Attributes:
        origin: Path of the module that defines it; empty where only a mark in the spelling tells what it is.
        members: A flag's, in order; None where they are not known.
        node: Its node in the AST; None without one.
    """

    sort: Sort
    name: str
    origin: str = ""
    members: tuple[str, ...] | None = None
    node: Mapping[str, Any] | None = None


class Spelling(NamedTuple):
    """One type, with the types in it.

    Attributes:
        name: Of a plain type; ``Bytes`` or ``String``; empty for others.
        parts: Key and value of a mapping, the element of an array, the members of a tuple.
        length: Elements or bytes at most; None where it is not known.
        definition: What a plain type's name stands for; None for Vyper's own types and for what is not known.
    """

    form: Form
    name: str = ""
    parts: tuple["Spelling", ...] = ()
    length: int | None = None
    definition: Definition | None = None


def bare_is_interface(spelled: Iterable[str]) -> bool:
    """Whether a name without a mark is an interface: where structs and flags are marked, and interfaces are not."""
    return any(_MARKED_SINCE_038.search(each) for each in spelled)


def parsed(spelled: str, where: str, *, bare: Sort | None = None, depth: int = 0) -> Spelling:
    """Take a type apart.

    Args:
        spelled: As a layout has it.
        where: What is read, for messages.
        bare: What a name without a mark is; None where that is not known.
        depth: Types around it.

    Raises:
        InputError: It does not have the form that a compiler gives a type.
    """
    if depth > MAX_DEPTH:
        raise malformed("a type too deep inside others", where)
    name = spelled.strip()
    if name.startswith("(") and name.endswith(")"):
        listed = [part for part in _split(name[1:-1]) if part.strip()]
        return Spelling(Form.TUPLE, parts=tuple(parsed(part, where, bare=bare, depth=depth + 1) for part in listed))
    if not name.endswith("]"):
        return Spelling(Form.PLAIN, name, definition=_marked(name, bare))
    begin = _opening(name)
    head, parts = name[:begin].strip(), _split(name[begin + 1 : -1])
    if head == Form.MAPPING and len(parts) == _PAIR:
        return Spelling(Form.MAPPING, parts=tuple(parsed(part, where, bare=bare, depth=depth + 1) for part in parts))
    length = number(parts[-1].strip(), where, MAX_SIZE)
    if head in {"Bytes", "String"} and len(parts) == 1:
        return Spelling(Form.BYTES, head, length=length)
    bounded = head == Form.BOUNDED and len(parts) == _PAIR
    element = parsed(parts[0] if bounded else head, where, bare=bare, depth=depth + 1)
    return Spelling(Form.BOUNDED if bounded else Form.FIXED, parts=(element,), length=length)


def joined(spelled: Spelling, declared: Spelling, where: str) -> Spelling:
    """Return what a layout spells, with what its names stand for in the declaration.

    Raises:
        InputError: They are not the same type: layout and AST are not of one contract.
    """
    alike = spelled.form is declared.form and len(spelled.parts) == len(declared.parts)
    if not alike or declared.length not in {None, spelled.length}:
        raise _foreign(where)
    if spelled.form is not Form.PLAIN:
        if spelled.name != declared.name:
            raise _foreign(where)
        parts = tuple(joined(*pair, where) for pair in zip(spelled.parts, declared.parts, strict=True))
        return spelled._replace(parts=parts)
    known, told = declared.definition, spelled.definition
    if known is None:
        if told is None and spelled.name != declared.name:
            raise _foreign(where)
        return spelled
    if told is not None and told.sort is not known.sort:
        raise _foreign(where)
    if known.sort is Sort.INTERFACE:  # an import may call it otherwise
        return spelled._replace(definition=known)
    if known.name != (told.name if told is not None else spelled.name):
        raise _foreign(where)
    members = told.members if told is not None else None
    if members is not None and known.members not in {None, members}:
        raise _foreign(where)
    return spelled._replace(definition=known._replace(members=known.members or members))


def _foreign(where: str) -> Exception:
    return malformed("the AST declares another type: layout and AST are not of one contract", where)


def _marked(name: str, bare: Sort | None) -> Definition | None:
    if flag := _FLAG.fullmatch(name):
        listed = flag[2]
        members = tuple(each.strip(" '") for each in listed.split(",")) if listed else None
        return Definition(Sort.FLAG, flag[1], members=members)
    if struct := _STRUCT.fullmatch(name):
        return Definition(Sort.STRUCT, struct[1] or struct[2])
    if interface := _INTERFACE.fullmatch(name):
        return Definition(Sort.INTERFACE, interface[1] or interface[2])
    own = _OWN.fullmatch(name) or not _BARE.fullmatch(name)
    return None if bare is None or own else Definition(bare, name)


def _opening(name: str) -> int:
    """Return where the last pair of brackets opens; 0 where nothing does."""
    depth = 0
    for index in range(len(name) - 1, -1, -1):
        depth += (name[index] == "]") - (name[index] == "[")
        if depth == 0:
            return index
    return 0


def _split(listed: str) -> list[str]:
    """Return what commas outside of brackets and parentheses separate."""
    parts, depth, last = [], 0, 0
    for index, sign in enumerate(listed):
        depth += (sign in "[(") - (sign in "])")
        if sign == "," and depth == 0:
            parts.append(listed[last:index])
            last = index + 1
    return [*parts, listed[last:]]
