"""What a compiler was not given, put back into its AST as far as storage asks: which declarations the code names.

After :mod:`~.excerpt` an AST lacks functions, or their statements.  Two questions about storage need them: which
library functions a contract can reach, and whether any code names a variable.  Both ask only which declarations an
owner refers to, so each missing body is replaced by the ids of all declarations that a name in it can mean.

A name is resolved by the scopes of the language (the lineage of its contract, the file level, what stands before the
dot, the libraries attached with ``using``) and not by types; where types would choose among several declarations, all
are taken.  So a summary refers to at least what the code refers to.

Source: https://docs.soliditylang.org/en/latest/contracts.html#scoping-and-declarations
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from upgrader.layout.solidity.excerpt import Excerpt, Positions
from upgrader.layout.solidity.outline import Member, Outline
from upgrader.layout.solidity.walk import NAMED

FIRST_ID: Final = 2**33
"""Ids of declarations that the compiler has not seen; its own are below 2**32, also those of builtins."""

OWNERS: Final = frozenset({"FunctionDefinition", "ModifierDefinition", "VariableDeclaration", "StructDefinition"})
_SUMMARISED: Final = frozenset({"function", "modifier", "constructor", "receive", "fallback", "variable"})
_NAME: Final = re.compile(r"([A-Za-z_$][\w$]*|[)\]\"'])(\s*\.)?")
"""A name, or the end of an expression, and whether a dot follows."""

_SRC: Final = re.compile(r"([0-9]{1,9}):([0-9]{1,9}):(-?[0-9]+)")

_Name: TypeAlias = tuple[str, str]
_Names: TypeAlias = dict[str, list[int]]


def summarised(excerpt: Excerpt, sources: Mapping[str, Any]) -> None:
    """Add to the ASTs of a run what the excerpt left out.

    Args:
        excerpt: What the compiler was given, and what not.
        sources: The ``sources`` of its output; changed in place.
    """
    asts = {path: unit["ast"] for path, unit in sources.items() if isinstance(unit, dict) and "ast" in unit}
    for path, ast in asts.items():
        if path in excerpt.positions:
            _moved(ast, excerpt.positions[path])
    scopes = _Scopes(asts, excerpt.outlines)
    pending: list[tuple[str, Member, dict[str, Any]]] = []
    number = FIRST_ID
    for path, members in excerpt.left_out.items():
        if path not in asts:
            continue
        present = {start: node for node in scopes.nodes(asts[path]) if (start := _start(node)) is not None}
        for member in members:
            if member.kind not in _SUMMARISED:
                continue
            node = present.get(member.head)
            if node is None:
                number += 1
                node = _added(number, path, member, scopes, asts[path])
            pending.append((path, member, node))
    for path, member, node in pending:
        node[NAMED] = sorted(scopes.meanings(path, member))


def _moved(ast: Any, positions: Positions) -> None:
    """Give every node its place in the source."""
    pending = [ast]
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            pending.extend(node)
        elif isinstance(node, dict):
            for name, value in node.items():
                if name == "src":
                    node[name] = _source_of(value, positions)
                elif isinstance(value, dict | list):
                    pending.append(value)


def _source_of(src: Any, positions: Positions) -> Any:
    found = _SRC.fullmatch(src) if isinstance(src, str) else None
    if found is None:
        return src
    start = int(found[1])
    begin, end = positions.origin(start), positions.origin(start + int(found[2]))
    return f"{begin}:{end - begin}:{found[3]}"


def _added(number: int, path: str, member: Member, scopes: "_Scopes", unit: dict[str, Any]) -> dict[str, Any]:
    """Return a node for a member that the compiler has not seen, put where it stands."""
    contract = scopes.contract(path, member.contract)
    home = contract if contract is not None else unit
    node = {
        "id": number,
        "nodeType": "ModifierDefinition" if member.kind == "modifier" else "FunctionDefinition",
        "name": member.name,
        "scope": home.get("id"),
        "src": f"{member.head}:{member.end - member.head}:0",
    }
    home["nodes"].append(node)
    scopes.declare(node, None if contract is None else contract["id"])
    return node


class _Scopes:
    """Which declarations a name can mean, by where it stands."""

    def __init__(self, asts: Mapping[str, Any], outlines: Mapping[str, Outline]) -> None:
        self.outlines = outlines
        self.contracts: dict[int, dict[str, Any]] = {}
        self.by_path: dict[tuple[str, str], dict[str, Any]] = {}
        self.by_name: _Names = {}
        self.inside: dict[int, _Names] = {}
        self.members: dict[int, _Names] = {}
        self.at_file_level: _Names = {}
        self.arrays: _Names = {}
        self.everywhere: list[dict[str, Any]] = []
        self.file_using: dict[str, list[dict[str, Any]]] = {}
        self.aliases: dict[str, set[str]] = {}
        self._lineages: dict[int, list[int]] = {}
        self._known: dict[tuple[str, str], dict[tuple[_Name, _Name], frozenset[int]]] = {}
        for path, ast in asts.items():
            for node in ast.get("nodes", ()):
                self._enter(path, node)
        for outline in outlines.values():
            for alias, names in outline.aliases.items():
                self.aliases.setdefault(alias, set()).update(names)

    def nodes(self, ast: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the declarations of a file and of its contracts."""
        for node in ast.get("nodes", ()):
            yield node
            if node.get("nodeType") == "ContractDefinition":
                yield from node.get("nodes", ())

    def contract(self, path: str, name: str) -> dict[str, Any] | None:
        """Return the contract of a file; None at file level."""
        return self.by_path.get((path, name)) if name else None

    def declare(self, node: Mapping[str, Any], contract: int | None) -> None:
        """Enter a declaration under its name."""
        names = self.at_file_level if contract is None else self.inside.setdefault(contract, {})
        names.setdefault(str(node.get("name", "")), []).append(node["id"])

    def meanings(self, path: str, member: Member) -> set[int]:
        """Return the ids of everything that the names of a member can mean."""
        known, found = self._known.setdefault((path, member.contract), {}), set[int]()
        names = _NAME.findall(self.outlines[path].code, member.head, member.end)
        for key in set(zip([("", ""), *names], names, strict=False)):
            meanings = known.get(key)
            if meanings is None:
                (before, dot), (name, _) = key
                meanings = known[key] = frozenset(self._resolved(path, member.contract, before if dot else "", name))
            found |= meanings
        return found

    def _resolved(self, path: str, contract: str, qualifier: str, name: str) -> Iterator[int]:
        home = self.contract(path, contract)
        lineage = self._lineage(home["id"]) if home is not None else []
        owners = [number for each in self._called(qualifier) for number in self.by_name.get(each, ())]
        if qualifier and owners:
            for owner in owners:
                yield from self._in(self._lineage(owner), name)
            return
        yield from self._in(lineage, name)
        for each in self._called(name):
            yield from self.at_file_level.get(each, ())
        if qualifier:
            yield from self.arrays.get(name, ())
            for number in lineage:
                yield from self.members.get(number, {}).get(name, ())
            yield from self._attached(path, lineage, name)

    def _called(self, name: str) -> set[str]:
        return {name, *self.aliases.get(name, ())} if name else set()

    def _in(self, contracts: Iterable[int], name: str) -> Iterator[int]:
        for number in contracts:
            yield from self.inside.get(number, {}).get(name, ())

    def _attached(self, path: str, lineage: Iterable[int], name: str) -> Iterator[int]:
        """Yield the functions of a name that ``using`` attaches."""
        using = [*self.everywhere, *self.file_using.get(path, ())]
        for number in lineage:
            using += (node for node in self.contracts[number]["nodes"] if node.get("nodeType") == "UsingForDirective")
        for directive in using:
            library = _reference(directive.get("libraryName"))
            if library is not None:
                yield from self._in([library], name)
            for item in directive.get("functionList") or ():
                function = item.get("function") or item.get("definition")
                if function and str(function.get("name", "")).rpartition(".")[2] in {name, *self._called(name)}:
                    attached = _reference(function)
                    yield from (attached,) if attached is not None else ()

    def _lineage(self, contract: int) -> list[int]:
        known = self._lineages.get(contract)
        if known is None:
            linear = self.contracts[contract].get("linearizedBaseContracts") or [contract]
            known = self._lineages[contract] = [number for number in linear if number in self.contracts]
        return known

    def _enter(self, path: str, node: dict[str, Any]) -> None:
        match node.get("nodeType"):
            case "ContractDefinition":
                self.contracts[node["id"]] = self.by_path[path, node["name"]] = node
                self.by_name.setdefault(node["name"], []).append(node["id"])
                for inner in node.get("nodes", ()):
                    self._declared(inner, node["id"])
            case "UsingForDirective":
                (self.everywhere if node.get("global") else self.file_using.setdefault(path, [])).append(node)
            case _:
                self._declared(node, None)

    def _declared(self, node: Mapping[str, Any], contract: int | None) -> None:
        if node.get("nodeType") not in OWNERS:
            return
        self.declare(node, contract)
        if node["nodeType"] == "StructDefinition":
            for member in node.get("members", ()):
                kind = member.get("typeName") or {}
                if kind.get("nodeType") == "ArrayTypeName" and kind.get("length") is not None:
                    self.arrays.setdefault(str(member.get("name", "")), []).append(member["id"])
                elif contract is not None:
                    self.members.setdefault(contract, {}).setdefault(str(member.get("name", "")), []).append(
                        member["id"]
                    )


def _reference(node: Any) -> int | None:
    if not isinstance(node, dict):
        return None
    number = node.get("referencedDeclaration", (node.get("pathNode") or {}).get("referencedDeclaration"))
    return number if isinstance(number, int) else None


def _start(node: Mapping[str, Any]) -> int | None:
    start = str(node.get("src", "")).split(":", 1)[0]
    return int(start) if start.isdecimal() else None
