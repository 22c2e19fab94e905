"""The members of a source file, found without a compiler: where each begins and ends, and which names it uses.

A compiler's AST costs as much as compiling; where a declaration begins and which identifiers stand in it can be read
from the text alone.  No layout is guessed from it: it decides what a compiler is given (:mod:`~.excerpt`,
:mod:`~.living`), and to which declarations a function refers that the compiler was not given (:mod:`~.summary`).

Offsets count bytes of UTF-8, as solc's do; texts are held with one character a byte so that both agree.

Source: https://docs.soliditylang.org/en/latest/grammar.html
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

COMMENT_OR_STRING: Final = re.compile(
    r"""//[^\n\r]*|/\*.*?(?:\*/|\Z)|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""", re.DOTALL
)
_KEPT_COMMENT: Final = re.compile(r"@custom:|SPDX-License-Identifier")
MARK: Final = re.compile(r"[{}();]")
WORD: Final = re.compile(r"[A-Za-z_$][\w$]*")
_ALIAS: Final = re.compile(r"([A-Za-z_$][\w$]*)\s+as\s+([A-Za-z_$][\w$]*)")
_PARENTHESES: Final = re.compile(r"[()]")
_HEAD: Final = re.compile(
    r"\s*(?:(?P<contract>(?:abstract\s+)?contract|interface|library)\s+(?P<own>[A-Za-z_$][\w$]*)"
    r"|(?P<named>function|modifier|struct|enum|event|error|type)\s+(?P<name>[A-Za-z_$][\w$]*)"
    r"|(?P<bare>constructor|receive|fallback|function|using|import|pragma)\b)"
)
_BRACED: Final = frozenset({"function", "modifier", "struct", "enum", "constructor", "receive", "fallback"})
_VALUE: Final = re.compile(r"=(?!>)")

CODE: Final = frozenset({"function", "modifier", "constructor", "receive", "fallback"})
"""Kinds of members that have statements."""


@dataclass(frozen=True, slots=True)
class Member:
    """A declaration of a file or of a contract.

    Attributes:
        kind: The keyword that it begins with; ``variable`` for everything else.
        name: Empty for what has none.
        contract: The contract it stands in; empty at file level.
        start: First byte, with the comments in front of it.
        head: First byte of the declaration itself.
        body: First byte inside its braces; 0 without.
        end: First byte behind it.
    """

    kind: str
    name: str
    contract: str
    start: int
    head: int
    body: int
    end: int


@dataclass(frozen=True, slots=True)
class ContractHead:
    """A contract's first line.

    Attributes:
        kind: ``contract``, ``interface`` or ``library``.
        start: Its first byte.
        body: First byte inside its braces.
        bases: Names after ``is``, without those in arguments.
        base: Every name behind ``layout at``.
    """

    kind: str
    name: str
    start: int
    body: int
    bases: frozenset[str]
    base: frozenset[str]


class Outline:
    """One source file.

    Args:
        text: The source.
    """

    def __init__(self, text: str) -> None:
        self.source = text.encode("utf-8", "replace").decode("latin-1")
        self.members: list[Member] = []
        self.contracts: dict[str, ContractHead] = {}
        bare: list[str] = []
        code: list[str] = []
        last = 0
        for match in COMMENT_OR_STRING.finditer(self.source):
            found, before = match[0], self.source[last : match.start()]
            comment = found[0] == "/"
            blank = blanked(found) if comment else found[0] + blanked(found[1:-1]) + found[-1]
            bare += before, found if not comment or _KEPT_COMMENT.search(found) else blank
            code += before, blank
            last = match.end()
        self.bare = "".join([*bare, self.source[last:]])
        """The source with blanks for every comment that says nothing about storage."""
        self.code = "".join([*code, self.source[last:]])
        """The source with blanks for comments and between quotes."""
        self._words: dict[int, frozenset[str]] = {}
        self._read()

    def words(self, member: Member) -> frozenset[str]:
        """Return every identifier and keyword of a member."""
        known = self._words.get(member.head)
        if known is None:
            known = self._words[member.head] = frozenset(WORD.findall(self.code, member.head, member.end))
        return known

    @cached_property
    def functions(self) -> list[Member]:
        """The members with statements."""
        return [member for member in self.members if member.kind in CODE]

    @cached_property
    def aliases(self) -> dict[str, set[str]]:
        """What imports call otherwise, by the other name."""
        found: dict[str, set[str]] = {}
        for member in self.members:
            for name, alias in _ALIAS.findall(self.code, member.head, member.end) if member.kind == "import" else ():
                found.setdefault(alias, set()).add(name)
        return found

    def _read(self) -> None:
        contract, begin, position = "", 0, 0
        while True:
            head = _HEAD.match(self.code, begin)
            position = head.end() if head else begin
            if head and head["own"]:
                opening = self.code.find("{", position)
                if opening < 0:
                    return
                contract = head["own"]
                kind = head["contract"].rpartition(" ")[2].strip()
                first = begin + len(head[0]) - len(head[0].lstrip())
                inherited, _, base = _without_arguments(self.code[position:opening]).partition(" layout ")
                _, _, at = self.code[position:opening].partition("layout") if base else ("", "", "")
                names = frozenset(WORD.findall(inherited)) - {"is"}, frozenset(WORD.findall(at))
                self.contracts[contract] = ContractHead(kind, contract, first, opening + 1, *names)
                begin = opening + 1
                continue
            kind = (head["named"] or head["bare"]) if head else "variable"
            name = (head["name"] or "") if head else ""
            if kind == "function" and not name:
                kind = "variable"
            body, end, closes = self._end(position, braced=kind in _BRACED)
            if closes:
                contract, begin = "", end
            elif end < 0:
                return
            else:
                self._add(kind, name, contract, begin, body, end)
                begin = end

    def _end(self, position: int, *, braced: bool) -> tuple[int, int, bool]:
        """Return where the braces of a member open and where it ends; or that its contract ends here instead."""
        depth = parentheses = body = 0
        for match in MARK.finditer(self.code, position):
            mark = match[0]
            if mark == "(":
                parentheses += 1
            elif mark == ")":
                parentheses -= 1
            elif mark == "{":
                depth += 1
                body = body or match.end()
            elif mark == "}":
                depth -= 1
                if depth < 0:
                    return 0, match.end(), True
                if depth == 0 and braced and parentheses == 0:
                    return body, match.end(), False
            elif depth == 0 and parentheses == 0:
                return 0 if not braced else body, match.end(), False
        return 0, -1, False

    def _add(self, kind: str, name: str, contract: str, begin: int, body: int, end: int) -> None:
        part = self.code[begin:end]
        head = begin + len(part) - len(part.lstrip())
        if kind == "variable":
            words = WORD.findall(_VALUE.split(part, maxsplit=1)[0])
            name = words[-1] if words else ""
        self.members.append(Member(kind, name, contract, begin, head, body, end))


def _without_arguments(text: str) -> str:
    """Return a text without what stands in parentheses."""
    found, depth = [], 0
    for char in text:
        depth += char == "("
        if not depth:
            found.append(char)
        depth -= char == ")"
    return "".join(found)


def closing(code: str, opening: int) -> int:
    """Return the first byte behind the parenthesis that closes the one at ``opening``; 0 when that is negative."""
    depth = 0
    for match in _PARENTHESES.finditer(code, opening) if opening >= 0 else ():
        depth += 1 if match[0] == "(" else -1
        if depth == 0:
            return match.end()
    return len(code) if opening >= 0 else 0


def blanked(text: str) -> str:
    """Return spaces in the length of a text, with its line ends."""
    return "\n".join([" " * len(line) for line in text.split("\n")])
