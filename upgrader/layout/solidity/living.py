"""A program without what nothing in it uses, for a compiler that is asked for the AST.

An AST costs more than the compilation that it comes from, and a third of a real program's is library functions that
the program does not call.  They are left out: every function of a library or of a file that is internal, that neither
reaches storage by a slot nor hands over control, and whose name stands nowhere outside such functions, nor inside one
whose name does.  Comments go, too, that hold no ``@custom:`` tag.  Contracts stay as they are, and every position in
the program is the position in the source.

Source: https://docs.soliditylang.org/en/latest/contracts.html#libraries
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from upgrader.layout.solidity.excerpt import Excerpt, edited, encoded
from upgrader.layout.solidity.outline import WORD, Member, Outline, blanked

_MATTERS: Final = re.compile(
    r"\b(?:external|public|[st]load|[st]store|delegatecall|callcode|selfdestruct|suicide|create2?)\b|[._]slot\b"
)
"""What makes a library's function matter though nothing names it."""


def living_excerpt(texts: Mapping[str, str]) -> Excerpt:
    """Return a program without the library functions that nothing in it names.

    Args:
        texts: The whole program by path, every import in it.
    """
    outlines = {path: Outline(text) for path, text in texts.items()}
    optional: dict[str, list[tuple[Outline, Member]]] = {}
    named: set[str] = set()
    for outline in outlines.values():
        members = [member for member in outline.members if _is_optional(outline, member)]
        for member in members:
            optional.setdefault(member.name, []).append((outline, member))
        for start, end in _between(outline, members):
            named.update(WORD.findall(outline.code, start, end))
    pending = list(named & optional.keys())
    while pending:
        for outline, member in optional.pop(pending.pop(), ()):
            pending += outline.words(member) & optional.keys()
    dead = {id(member) for members in optional.values() for _, member in members}
    return Excerpt({path: encoded(_without(outline, dead)) for path, outline in outlines.items()}, outlines)


def _is_optional(outline: Outline, member: Member) -> bool:
    if member.kind != "function":
        return False
    home = outline.contracts.get(member.contract)
    if member.contract and (home is None or home.kind != "library"):
        return False
    return _MATTERS.search(outline.code, member.head, member.end) is None


def _between(outline: Outline, members: list[Member]) -> Iterator[tuple[int, int]]:
    """Yield the ranges of a source that belong to none of the members."""
    begin = 0
    for member in members:
        yield begin, member.head
        begin = member.end
    yield begin, len(outline.code)


def _without(outline: Outline, dead: set[int]) -> str:
    gone = [member for member in outline.members if id(member) in dead]
    edits = [(member.start, member.end, blanked(outline.bare[member.start : member.end])) for member in gone]
    return edited(outline.bare, edits)
