"""One compiler run's ASTs, walked once: declarations by id, and who refers to whom.

Every question about storage that ``storageLayout`` leaves open is a question about references: does any code name
this array (or is it a gap), which library functions can this contract reach, which constant does this assembly
block read.  So one walk collects, for each *owner* (a function, a modifier, a state variable, a struct: whatever
stands directly in a contract or a file), the ids that its code refers to.

Builtins have ids too: solc writes them negative, its wasm build as 4294967266 and the like.  Neither is the id of a
declaration, so both are simply not found.

Source: https://docs.soliditylang.org/en/latest/using-the-compiler.html#output-description (``ast``)
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any, Final

from upgrader.build import Artifact, Ast
from upgrader.errors import InputError
from upgrader.layout.solidity.values import Value

DECLARATIONS: Final = frozenset(
    {
        "ContractDefinition",
        "EnumDefinition",
        "FunctionDefinition",
        "ModifierDefinition",
        "StructDefinition",
        "UserDefinedValueTypeDefinition",
        "VariableDeclaration",
    }
)
OWNERS: Final = frozenset({"FunctionDefinition", "ModifierDefinition", "StructDefinition", "VariableDeclaration"})
NAMED: Final = "named"
"""Field of a node with the ids that its code refers to, where the compiler was not given that code."""

PART: Final = "Part"
"""``nodeType`` of a value that is one of several which an ``expression`` gives: the one at ``index``."""

IN_ASSEMBLY: Final = "InAssembly"
"""``nodeType`` of a value that a ``block`` of assembly computes: the Yul expression ``value`` in it."""

_NO_NODES: Final = frozenset(
    {NAMED, "typeDescriptions", "nameLocations", "linearizedBaseContracts", "contractDependencies"}
)
"""Fields that hold no node; the second is the most frequent object of all."""

MAX_NODES: Final = 20_000_000
"""Nodes of one compiler run; the largest tree read (199 files) has under a million."""


class Tree:
    """The ASTs of one compiler run.

    Attributes:
        declarations: Declaration nodes by id.
        paths: Path of the source unit of each declaration.
        owners: Owner id of each node that is a declaration inside an owner (parameters, locals, members).
        references: Ids that each owner's code refers to.
        assembly: ``InlineAssembly`` nodes of each owner.
        calls: ``FunctionCall`` nodes of each owner.
        contracts: Contract nodes by ``path:Name``.
        values: Every expression that a variable, or a member of a struct in memory, is given, by its id; of several at
            once its own (:data:`PART`), in assembly, too (:data:`IN_ASSEMBLY`); None for a compound assignment.
        constants: Values of constants, as they were evaluated.
        accesses: What each assembly block reaches, by the block's identity, as it was found.
        evaluations: How many expressions were, to stop what would not end.
        dispatched: How many calls of virtual functions were: what they come to holds for one contract only.
    """

    def __init__(self, asts: Mapping[str, Ast], texts: Mapping[str, str]) -> None:
        self.texts = texts
        self.declarations: dict[int, Mapping[str, Any]] = {}
        self.paths: dict[int, str] = {}
        self.owners: dict[int, int] = {}
        self.references: dict[int, set[int]] = {}
        self.assembly: dict[int, list[Mapping[str, Any]]] = {}
        self.calls: dict[int, list[Mapping[str, Any]]] = {}
        self.contracts: dict[str, Mapping[str, Any]] = {}
        self.values: dict[int, list[Mapping[str, Any] | None]] = {}
        self.constants: dict[int, Value] = {}
        self.accesses: dict[int, tuple[tuple[int | None, int | None, Mapping[str, Any], Value], ...]] = {}
        self.evaluations = 0
        self.dispatched = 0
        self._overriding: dict[int, Mapping[str, Any]] = {}
        self._reachable: dict[int, set[int]] = {}
        self._lines: dict[str, list[int]] = {}
        self._encoded: dict[str, bytes] = {}
        self._constructed: list[Mapping[str, Any]] = []
        for path, root in asts.items():
            self._walk(path, root)
        for call in self._constructed:
            self._construct(call)

    def lineage(self, contract: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Return a contract and its bases, most basic first: the order of their storage."""
        found = (self.declarations.get(number) for number in reversed(contract.get("linearizedBaseContracts", ())))
        return [base for base in found if base is not None]

    def reachable(self, contract: Mapping[str, Any]) -> set[int]:
        """Return the owners whose code runs in a contract's storage: its bases', and what those lead to.

        References lead on through libraries, free functions and types; what another contract does when it is called,
        it does in its own storage.
        """
        known = self._reachable.get(contract["id"])
        if known is not None:
            return known
        lineage = self.lineage(contract)
        home = {base["id"] for base in lineage}
        pending = [node["id"] for base in lineage for node in base.get("nodes", ()) if node.get("nodeType") in OWNERS]
        found: set[int] = set()
        while pending:
            owner = pending.pop()
            if owner in found or not self._runs_in(home, self.declarations[owner]):
                continue
            found.add(owner)
            pending.extend(
                inner if inner in self.references else self.owners.get(inner, inner)
                for inner in self.references.get(owner, ())
                if inner in self.references or inner in self.owners
            )
        self._reachable[contract["id"]] = found
        return found

    @contextmanager
    def running(self, contract: Mapping[str, Any]) -> Iterator[None]:
        """Evaluate, inside, calls of virtual functions as a contract's code runs them."""
        self._overriding = {}
        for base in self.lineage(contract):
            for function in base.get("nodes", ()):
                pending = list(function.get("baseFunctions") or ())
                while pending:
                    overridden = pending.pop()
                    self._overriding[overridden] = function
                    pending += (self.node(overridden) or {}).get("baseFunctions") or ()
        try:
            yield
        finally:
            self._overriding = {}

    def overriding(self, function: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the function that runs where ``function`` is called: it, or the last that overrides it."""
        self.dispatched += bool(function.get("virtual"))
        return self._overriding.get(function.get("id", -1), function)

    def node(self, number: Any) -> Mapping[str, Any] | None:
        """Return a declaration by id; None for builtins and for what is not an id."""
        return self.declarations.get(number) if isinstance(number, int) else None

    def place(self, node: Mapping[str, Any]) -> str:
        """Return ``file:line`` of a declaration; empty when the source text is not known."""
        path, start = self.paths.get(node.get("id", -1), ""), _start(node)
        if path not in self.texts or start is None:
            return path
        if path not in self._lines:
            lengths = (len(line) + 1 for line in self._bytes(path).split(b"\n"))
            self._lines[path] = [-1, *(end - 1 for end in accumulate(lengths))][:-1]
        return f"{path}:{bisect_right(self._lines[path], start - 1) or 1}"

    def text_before(self, node: Mapping[str, Any], limit: int = 4_000) -> str:
        """Return the source text in front of a declaration, where its comments are."""
        path, start = self.paths.get(node.get("id", -1), ""), _start(node)
        if path not in self.texts or start is None:
            return ""
        return self._bytes(path)[max(0, start - limit) : start].decode("utf-8", "replace")

    def _runs_in(self, home: set[int], owner: Mapping[str, Any]) -> bool:
        scope = self.node(owner.get("scope"))
        if scope is None or scope["nodeType"] != "ContractDefinition" or scope["id"] in home:
            return True
        return (
            scope.get("contractKind") == "library"
            or owner["nodeType"] == "StructDefinition"
            or bool(owner.get("constant"))
        )

    def _bytes(self, path: str) -> bytes:
        """Source positions count bytes, not characters."""
        if path not in self._encoded:
            self._encoded[path] = self.texts[path].encode("utf-8", "replace")
        return self._encoded[path]

    def _walk(self, path: str, root: Ast) -> None:
        pending: list[tuple[Any, int]] = [(root, -1)]
        count = 0
        while pending:
            node, owner = pending.pop()
            if isinstance(node, list):
                pending += [(item, owner) for item in node]
                continue
            if not isinstance(node, dict):
                continue
            count += 1
            if count > MAX_NODES:
                raise InputError("the AST is larger than any real one", where=path, remedy="compile the sources again")
            sort, number = node.get("nodeType"), node.get("id")
            if sort in DECLARATIONS and isinstance(number, int):
                self._declare(path, node, number, owner)
                if sort in OWNERS and owner < 0:
                    owner = number
                    self.references.setdefault(owner, set()).update(node.get(NAMED, ()))
            self._collect(node, sort, owner)
            pending += [
                (value, owner)
                for name, value in node.items()
                if (type(value) is dict or type(value) is list) and name not in _NO_NODES
            ]

    def _declare(self, path: str, node: Mapping[str, Any], number: int, owner: int) -> None:
        self.declarations[number] = node
        self.paths[number] = path
        if owner >= 0:
            self.owners[number] = owner
        if node["nodeType"] == "ContractDefinition":
            self.contracts[f"{path}:{node.get('name', '')}"] = node

    def _collect(self, node: Mapping[str, Any], sort: Any, owner: int) -> None:
        if owner < 0:
            return
        target = node.get("referencedDeclaration")
        if isinstance(target, int):
            self.references[owner].add(target)
        if sort == "InlineAssembly":
            self.assembly.setdefault(owner, []).append(node)
            self.references[owner].update(reference.number for reference in external_references(node))
            self._assemble(node)
        elif sort == "FunctionCall":
            self.calls.setdefault(owner, []).append(node)
            if node.get("kind") == "structConstructorCall":
                self._constructed.append(node)
        elif sort == "VariableDeclarationStatement":
            if node.get("initialValue") is not None:
                self._give([(item or {}).get("id") for item in node.get("declarations") or ()], node["initialValue"])
        elif sort == "Assignment":
            left, right = node.get("leftHandSide") or {}, node.get("rightHandSide")
            targets = [item or {} for item in left.get("components") or (left,)]
            self._give([item.get("referencedDeclaration") for item in targets], right, node.get("operator"))

    def _give(self, targets: list[Any], value: Any, operator: Any = "=") -> None:
        """Enter what variables are given together; a target that is none of them is skipped."""
        several = len(targets) > 1
        parts = (value.get("components") if isinstance(value, dict) else None) or ()
        for index, number in enumerate(targets):
            if not isinstance(number, int):
                continue
            own = value
            if several:
                own = (
                    parts[index]
                    if len(parts) == len(targets)
                    else {"nodeType": PART, "index": index, "expression": value}
                )
            self.values.setdefault(number, []).append(own if operator == "=" else None)

    def _construct(self, call: Mapping[str, Any]) -> None:
        """Enter what the members of a struct are given where one is made in memory."""
        struct = self.node((call.get("expression") or {}).get("referencedDeclaration")) or {}
        members, names = list(struct.get("members") or ()), call.get("names") or ()
        if len(members) > len(call.get("arguments") or ()):  # before solc 0.7 memory has no mappings, and they no value
            members = [m for m in members if (m.get("typeName") or {}).get("nodeType") != "Mapping"]
        if names:
            members = [next((m for m in members if m.get("name") == name), {}) for name in names]
        for member, value in zip(members, call.get("arguments") or (), strict=False):
            self._give([member.get("id")], value)

    def _assemble(self, block: Mapping[str, Any]) -> None:
        """Enter what a block of assembly gives to variables of Solidity."""
        plain = {reference.src: reference.number for reference in external_references(block) if reference.plain}
        pending: list[Any] = [block.get("AST")] if plain else []
        while pending:
            node = pending.pop()
            if isinstance(node, list):
                pending += node
            elif isinstance(node, dict):
                if node.get("nodeType") == "YulAssignment":
                    targets = node.get("variableNames") or ()
                    value = {"nodeType": IN_ASSEMBLY, "block": block, "value": node.get("value")}
                    for target in targets:
                        if target.get("src") in plain:
                            known = value if len(targets) == 1 else None
                            self.values.setdefault(plain[target["src"]], []).append(known)
                pending += [value for value in node.values() if isinstance(value, dict | list)]


def tree_of(artifact: Artifact) -> Tree | None:
    """Return the tree of an artifact's compiler run, walked once for all artifacts of the run; None without AST.

    Raises:
        InputError: An AST does not have the form that solc gives it.
    """
    if not artifact.asts:
        return None
    with reading_ast(artifact):
        return _cached(_Run(artifact.asts, artifact.texts))


@contextmanager
def reading_ast(artifact: Artifact) -> Iterator[None]:
    """Turn what goes wrong while an AST is read into an error about that AST.

    solc's own output never gets here (the corpora in the tests are the proof); a broken or forged AST does.

    Raises:
        InputError: An AST does not have the form that solc gives it.
    """
    try:
        yield
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise InputError(
            f"the AST of {artifact.qualified} cannot be read ({type(error).__name__})",
            where=artifact.origin,
            remedy="give the sources, or compile them again; an AST fresh from solc that fails is worth a report",
        ) from error


@dataclass(frozen=True, slots=True)
class External:
    """What an assembly block names outside itself.

    Attributes:
        src: Source position of the identifier.
        name: The identifier as solc 0.5 gives it; empty from 0.6 on.
        number: Id of the declaration.
        slot: Whether it is the slot of a storage variable or pointer (``x.slot``, ``x_slot``).
        plain: Whether it is the value of the variable.
    """

    src: str
    name: str
    number: int
    slot: bool
    plain: bool


def external_references(assembly: Mapping[str, Any]) -> Iterator[External]:
    """Yield what an assembly block names outside itself (solc 0.5 and newer)."""
    for item in assembly.get("externalReferences") or ():
        if not isinstance(item, dict):
            continue
        # solc 0.5 writes {name: {declaration, src, ...}}
        named = {"": item} if isinstance(item.get("declaration"), int) else item
        for name, inner in named.items():
            if isinstance(inner, dict) and isinstance(inner.get("declaration"), int):
                slot = bool(inner.get("isSlot")) or inner.get("suffix") == "slot"
                plain = not (slot or inner.get("isOffset") or inner.get("suffix"))
                yield External(str(inner.get("src", "")), name, inner["declaration"], slot, plain)


class _Run:
    """A compiler run as a cache key: the same ASTs, not equal ones (comparing them would cost a walk)."""

    def __init__(self, asts: Mapping[str, Ast], texts: Mapping[str, str]) -> None:
        self.asts, self.texts = asts, texts
        self.key = (frozenset(map(id, asts.values())), frozenset(map(id, texts.values())))

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Run) and self.key == other.key


@lru_cache(maxsize=4)
def _cached(run: _Run) -> Tree:
    return Tree(run.asts, run.texts)


def _start(node: Mapping[str, Any]) -> int | None:
    start = str(node.get("src", "")).split(":", 1)[0]
    return int(start) if start.isdecimal() and len(start) < 10 else None  # noqa: PLR2004
