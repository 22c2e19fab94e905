"""The part of a program that storage depends on, for a compiler that is asked for layouts.

Nearly everything that a compiler does, it does for function bodies, and nearly no body says where anything is stored.
So the compiler gets every declaration of a contract, a variable, a constant or a type as it stands, and of the
functions only

* those whose assembly reaches storage by a slot, and those that call one of them with a slot, whole;
* those whose name these, or a constant, use, whole: a slot may be computed by them;
* those of contracts that are the type of something stored, because their selectors are its meaning, and those that
  receive, because they make a contract's address payable: without their statements;

and every function of the same name with each of them, because they may override one another.  A name is all that is
looked at, so the choice errs toward giving more.

What the excerpt leaves out cannot move a variable: no declaration of one, of its type or of its contract's bases is
touched.  What it leaves out of the code is put back as far as storage asks (:mod:`~.summary`).  Where an excerpt does
not compile, the whole program has to be compiled instead.

Source: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from upgrader.layout.solidity.outline import CODE, COMMENT_OR_STRING, WORD, Member, Outline, blanked, closing

_REACHES_STORAGE: Final = re.compile(r"\b(?:sload|sstore)\b|[._]slot\b")
_SLOT_OF_VARIABLE: Final = re.compile(r"(?:[._]slot\s*:=|\bs(?:load|store)\s*\()\s*([A-Za-z_$][\w$]*)(?!\s*[.(\w$])")
_YUL_VARIABLE: Final = re.compile(r"\blet\s+([A-Za-z_$][\w$]*)")
_ATTRIBUTE: Final = re.compile(r"[A-Za-z_$][\w$]*(?:\s*\.\s*[A-Za-z_$][\w$]*)*")
_OVERRIDE: Final = re.compile(r"\boverride\b(?:\s*\([^()]*\))?")
_CALLABLE: Final = re.compile(r"\b(?:external|public)\b")
_CONSTANT: Final = re.compile(r"\bconstant\b")
_IMMUTABLE: Final = re.compile(r"\bimmutable\b")
_POINTER: Final = re.compile(r"\breturns\b.*\b(?:storage|calldata)\b", re.DOTALL)
_INHERITS: Final = re.compile(r"\bis\b")
_LAYOUT_AT: Final = re.compile(r"\blayout\s+at\b")
_BLANKS: Final = re.compile(rf"{COMMENT_OR_STRING.pattern}|\s{{2,}}", re.DOTALL)
"""Blanks, and what may hold some that count."""

_NO_RETURN: Final = "revert();"
"""Ends a function that must not end without having set a pointer that it returns."""

_KEPT_ATTRIBUTES: Final = frozenset(
    {"external", "public", "internal", "private", "pure", "view", "payable", "constant", "virtual", "override"}
) | {"returns"}
_LEFT_OUT: Final = CODE | {"event", "error"}
_RECEIVING: Final = frozenset({"receive", "fallback"})


@dataclass(frozen=True, slots=True)
class Positions:
    """Where the bytes of an excerpt are in its source: from ``begins[i]`` on, as from ``origins[i]``."""

    begins: tuple[int, ...]
    origins: tuple[int, ...]

    def origin(self, position: int) -> int:
        """Return the place in the source of a place in the excerpt."""
        index = bisect_right(self.begins, position) - 1
        return self.origins[index] + position - self.begins[index]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A program with parts left out.

    Attributes:
        texts: What the compiler is given, by path.
        outlines: The whole sources.
        left_out: Members by path of which the compiler sees less than there is, and that storage may depend on.
        positions: Where the texts' bytes are in the sources, by path; none for a path where they have not moved.
    """

    texts: Mapping[str, str]
    outlines: Mapping[str, Outline]
    left_out: Mapping[str, tuple[Member, ...]] = field(default_factory=dict)
    positions: Mapping[str, Positions] = field(default_factory=dict)


Edit = tuple[int, int, str]
"""First byte, first byte behind, and what stands there instead."""


def storage_excerpt(texts: Mapping[str, str]) -> Excerpt:
    """Return the part of a program that storage depends on.

    Args:
        texts: The whole program by path, every import in it.
    """
    outlines = {path: Outline(text) for path, text in texts.items()}
    choice = _Choice(outlines)
    given: dict[str, str] = {}
    left_out: dict[str, tuple[Member, ...]] = {}
    positions: dict[str, Positions] = {}
    for path, outline in outlines.items():
        edits: list[Edit] = []
        missing: list[Member] = []
        for member in outline.members:
            changes = list(_edits(outline, member, choice))
            if changes:
                missing.append(member)
            if member.kind in _LEFT_OUT:
                changes.append((member.start, member.head, blanked(outline.bare[member.start : member.head])))
            edits += changes
        for contract in outline.contracts.values():
            edits += _base_arguments(outline, contract.start, contract.body)
        given[path], positions[path] = _pressed(edited(outline.bare, edits))
        left_out[path] = tuple(missing)
    return Excerpt(given, outlines, left_out, positions)


class _Choice:
    """Which functions the compiler is given.

    Attributes:
        whole: Members that are given as they stand, by identity.
        names: Names of all that are given.
    """

    def __init__(self, outlines: Mapping[str, Outline]) -> None:
        self.whole: set[int] = set()
        self._outlines = outlines
        self._functions: dict[str, list[tuple[Outline, Member]]] = {}
        self._evaluated: set[str] = set()
        present = self._declared()
        self._reaching_storage()
        self._computing_a_value()
        present |= {name for contract in _stored_contracts(outlines) for name in self._callable(contract)}
        self.names = (present | self._evaluated) & self._functions.keys()

    def gives(self, member: Member) -> bool:
        """Whether a function, an event or an error is given, with its statements or without."""
        if id(member) in self.whole or member.kind in _RECEIVING:
            return True
        return member.name in self.names and member.kind in {"function", "event", "error"}

    def _declared(self) -> set[str]:
        """Return what declarations name; constants are evaluated, and so is where a layout begins."""
        present: set[str] = set()
        for outline in self._outlines.values():
            for member in outline.members:
                if member.kind in _LEFT_OUT:
                    self._functions.setdefault(member.name, []).append((outline, member))
                elif member.kind in {"variable", "using", "struct"}:
                    constant = member.kind == "variable" and _CONSTANT.search(outline.code, member.head, member.end)
                    (self._evaluated if constant else present).update(outline.words(member))
            for head in outline.contracts.values():
                self._evaluated.update(head.base)
        return present

    def _reaching_storage(self) -> None:
        """Take the functions that reach storage by a slot, those that give them one, and so on."""
        given: set[str] = set()
        for outline in self._outlines.values():
            for member in outline.functions:
                words = outline.words(member)
                if "assembly" in words and _REACHES_STORAGE.search(outline.code, member.body, member.end):
                    self._take(member, words)
                    if _takes_slot(outline, member):
                        given.add(member.name)
        told: set[str] = set()
        while given:
            told |= given
            given = {name for outline in self._outlines.values() for name in self._giving(outline, given)} - told

    def _giving(self, outline: Outline, names: set[str]) -> Iterator[str]:
        """Take the functions that call one of ``names``; yield those that may pass on a parameter of their own."""
        for member in outline.functions:
            words = outline.words(member)
            called = names & words if member.body else set()
            called = called and called.intersection(WORD.findall(outline.code, member.body, member.end))
            if called:
                self._take(member, words)
                if any(_passes_parameter(outline, member, name) for name in called):
                    yield member.name

    def _computing_a_value(self) -> None:
        """Take the functions that compute a value for what is taken already, and for one another."""
        pending = list(self._evaluated)
        while pending:
            for outline, member in self._functions.get(pending.pop(), ()):
                if member.kind == "function" and member.body and id(member) not in self.whole:
                    words = outline.words(member)
                    pending.extend(words - self._evaluated)
                    self._take(member, words)

    def _take(self, member: Member, words: frozenset[str]) -> None:
        self.whole.add(id(member))
        self._evaluated |= words

    def _callable(self, contract: str) -> Iterator[str]:
        for outline in self._outlines.values():
            for member in outline.functions if contract in outline.contracts else ():
                head = outline.code[member.head : member.body or member.end]
                if member.contract == contract and member.name and _CALLABLE.search(head):
                    yield member.name


def _takes_slot(outline: Outline, member: Member) -> bool:
    """Whether a parameter may be the slot: then those who call the function say where."""
    opening = outline.code.find("(", member.head, member.body)
    parameters = set(WORD.findall(outline.code, opening, closing(outline.code, opening)))
    slots = set(_SLOT_OF_VARIABLE.findall(outline.code, member.body, member.end))
    local = _YUL_VARIABLE.findall(outline.code, member.body, member.end)
    return bool(parameters) and not slots.isdisjoint(parameters.union(local))


def _passes_parameter(outline: Outline, member: Member, called: str) -> bool:
    """Whether an argument of a call, or what stands before its dot, is a parameter of the calling function."""
    code = outline.code
    opening = code.find("(", member.head, member.body)
    parameters = set(WORD.findall(code, opening, closing(code, opening)))
    for call in re.finditer(
        rf"(?:([A-Za-z_$][\w$]*)\s*\.\s*)?\b{re.escape(called)}\s*\(", code[member.body : member.end]
    ):
        start = member.body + call.end() - 1
        arguments = WORD.findall(code, start, closing(code, start))
        if call[1] in parameters or not parameters.isdisjoint(arguments):
            return True
    return False


def _stored_contracts(outlines: Mapping[str, Outline]) -> set[str]:
    """Return the contracts that variables and members of structs name, with their bases."""
    bases: dict[str, set[str]] = {}
    words: set[str] = set()
    for outline in outlines.values():
        for name, head in outline.contracts.items():
            if head.kind != "library":
                bases.setdefault(name, set()).update(head.bases)
        for member in outline.members:
            if member.kind in {"variable", "struct"}:
                words |= outline.words(member)
        for alias, names in outline.aliases.items():
            bases.setdefault(alias, set()).update(names)
    pending, found = list(words & bases.keys()), set[str]()
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending.extend(bases[name] & bases.keys())
    return found


def _edits(outline: Outline, member: Member, choice: _Choice) -> Iterator[Edit]:
    """Yield what is left out of a member."""
    if member.kind in _LEFT_OUT:
        if not choice.gives(member):
            yield member.head, member.end, blanked(outline.bare[member.head : member.end])
        elif member.kind in CODE:
            yield from _head_edits(outline, member)
            if member.body and id(member) not in choice.whole:
                yield from _body_edits(outline, member)
    elif member.kind == "variable" and member.contract and member.name not in choice.names:
        code = outline.code[member.head : member.end]
        override = _OVERRIDE.search(code)
        if _IMMUTABLE.search(code):
            yield member.head, member.end, blanked(outline.bare[member.head : member.end])
        elif override:
            yield member.head + override.start(), member.head + override.end(), blanked(override[0])


def _body_edits(outline: Outline, member: Member) -> Iterator[Edit]:
    body = outline.bare[member.body : member.end - 1]
    blank = blanked(body)
    if _POINTER.search(outline.code, member.head, member.body):
        if len(body) < len(_NO_RETURN):
            return
        blank = _NO_RETURN + blank[len(_NO_RETURN) :]
    yield member.body, member.end - 1, blank


def _head_edits(outline: Outline, member: Member) -> Iterator[Edit]:
    """Leave out the modifiers and base constructors that a function's head names."""
    code, stop = outline.code, member.body - 1 if member.body else member.end - 1
    position = closing(code, code.find("(", member.head, stop))
    while (match := _ATTRIBUTE.search(code, position, stop)) is not None:
        position = match.end()
        opening = position + len(code[position:stop]) - len(code[position:stop].lstrip())
        if opening < stop and code[opening] == "(":
            position = closing(code, opening)
        if match[0] not in _KEPT_ATTRIBUTES:
            yield match.start(), position, blanked(outline.bare[match.start() : position])


def _base_arguments(outline: Outline, start: int, body: int) -> Iterator[Edit]:
    """Leave out what a contract's head passes to constructors, which are not there."""
    code = outline.code
    inherits = _INHERITS.search(code, start, body)
    if inherits is None:
        return
    layout = _LAYOUT_AT.search(code, inherits.end(), body)
    stop = layout.start() if layout else body
    position = code.find("(", inherits.end(), stop)
    while position >= 0:
        end = closing(code, position)
        yield position, end, blanked(outline.bare[position:end])
        position = code.find("(", end, stop)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with ranges replaced."""
    found: list[str] = []
    last = 0
    for start, end, replacement in sorted(edits):
        found += text[last:start], replacement
        last = end
    return "".join([*found, text[last:]])


def encoded(text: str) -> str:
    """Return a text of one character a byte as what it says."""
    return text.encode("latin-1").decode("utf-8", "replace")


def _pressed(text: str) -> tuple[str, Positions]:
    """Return a text without most of its blanks, which a compiler reads at the price of letters."""
    found: list[str] = []
    begins, origins, last, length = [0], [0], 0, 0
    for match in _BLANKS.finditer(text):
        if match[0][0].isspace():
            found += text[last : match.start()], "\n" if "\n" in match[0] else " "
            length += match.start() - last + 1
            last = match.end()
            begins.append(length)
            origins.append(last)
    return encoded("".join([*found, text[last:]])), Positions(tuple(begins), tuple(origins))
