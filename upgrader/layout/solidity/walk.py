"""One walk through a compiler run's ASTs: declarations by id, who refers to whom, and what variables are given.

What is collected belongs to an *owner*: a function, a modifier, a state variable, a struct, whatever stands directly in
a contract or a file.

Source: https://docs.soliditylang.org/en/latest/using-the-compiler.html#output-description (``ast``)
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from upgrader.build import Ast
from upgrader.errors import InputError

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

_COLLECTED: Final = frozenset(
    {
        "Assignment",
        "BinaryOperation",
        "FunctionCall",
        "IndexAccess",
        "InlineAssembly",
        "VariableDeclarationStatement",
    }
)
"""Kinds of nodes that :meth:`Walk._collect` enters."""

MAX_NODES: Final = 20_000_000
"""Nodes of one compiler run; the largest tree read (199 files) has under a million."""


class Walk:
    """What the ASTs of one compiler run hold.

    Args:
        asts: ASTs by path.

    Attributes:
        declarations: Declaration nodes by id.
        paths: Path of the source unit of each declaration.
        owners: Owner id of each node that is a declaration inside an owner (parameters, locals, members).
        references: Ids that each owner's code refers to.
        assembly: ``InlineAssembly`` nodes of each owner.
        calls: ``FunctionCall`` nodes of each owner.
        lookups: ``IndexAccess`` nodes of each owner.
        comparisons: ``BinaryOperation`` nodes of each owner that ask whether two values are equal.
        contracts: Contract nodes by ``path:Name``.
        values: Every expression that a variable, or a member of a struct in memory, is given, by its id; of several at
            once its own (:data:`PART`), in assembly, too (:data:`IN_ASSEMBLY`); None for a compound assignment.
    """

    def __init__(self, asts: Mapping[str, Ast]) -> None:
        self.declarations: dict[int, Mapping[str, Any]] = {}
        self.paths: dict[int, str] = {}
        self.owners: dict[int, int] = {}
        self.references: dict[int, set[int]] = {}
        self.assembly: dict[int, list[Mapping[str, Any]]] = {}
        self.calls: dict[int, list[Mapping[str, Any]]] = {}
        self.lookups: dict[int, list[Mapping[str, Any]]] = {}
        self.comparisons: dict[int, list[Mapping[str, Any]]] = {}
        self.contracts: dict[str, Mapping[str, Any]] = {}
        self.values: dict[int, list[Mapping[str, Any] | None]] = {}
        self._constructed: list[Mapping[str, Any]] = []
        self._nodes = 0
        for path, root in asts.items():
            self._walk(path, root)
        for call in self._constructed:
            self._construct(call)

    def node(self, number: Any) -> Mapping[str, Any] | None:
        """Return a declaration by id; None for builtins and for what is not an id."""
        return self.declarations.get(number) if isinstance(number, int) else None

    def _walk(self, path: str, root: Ast) -> None:
        """Enter the declarations of a file, and go into each owner."""
        pending: list[Any] = [root]
        while pending:
            node = pending.pop()
            if type(node) is list:
                pending += node
            elif type(node) is dict:
                sort, number = node.get("nodeType"), node.get("id")
                if sort in DECLARATIONS and isinstance(number, int):
                    self._declare(path, node, number)
                    if sort in OWNERS:
                        self._walk_owner(path, node, number)
                        continue
                pending += self._inside(path, node)

    def _walk_owner(self, path: str, root: Ast, owner: int) -> None:
        """Enter what the code of an owner declares and refers to."""
        references = self.references.setdefault(owner, set())
        references.update(root.get(NAMED, ()))
        pending: list[Any] = [root]
        while pending:
            node = pending.pop()
            if type(node) is dict:
                sort, number, target = node.get("nodeType"), node.get("id"), node.get("referencedDeclaration")
                if sort in DECLARATIONS and isinstance(number, int) and node is not root:
                    self._declare(path, node, number)
                    self.owners[number] = owner
                if isinstance(target, int):
                    references.add(target)
                if sort in _COLLECTED:
                    self._collect(node, sort, owner)
                pending += self._inside(path, node)
            elif type(node) is list:
                pending += node

    def _inside(self, path: str, node: Mapping[str, Any]) -> list[Any]:
        """Return what may hold nodes directly inside one."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise InputError("the AST is larger than any real one", where=path, remedy="compile the sources again")
        return [
            value
            for name, value in node.items()
            if (type(value) is dict or type(value) is list) and name not in _NO_NODES
        ]

    def _declare(self, path: str, node: Mapping[str, Any], number: int) -> None:
        self.declarations[number] = node
        self.paths[number] = path
        if node["nodeType"] == "ContractDefinition":
            self.contracts[f"{path}:{node.get('name', '')}"] = node

    def _collect(self, node: Mapping[str, Any], sort: str, owner: int) -> None:
        """Enter a node of a kind that is asked for by its owner, or that gives variables their values."""
        match sort:
            case "InlineAssembly":
                self.assembly.setdefault(owner, []).append(node)
                self.references[owner].update(reference.number for reference in external_references(node))
                self._assemble(node)
            case "FunctionCall":
                self.calls.setdefault(owner, []).append(node)
                if node.get("kind") == "structConstructorCall":
                    self._constructed.append(node)
            case "IndexAccess":
                self.lookups.setdefault(owner, []).append(node)
            case "BinaryOperation":
                if node.get("operator") in {"==", "!="}:
                    self.comparisons.setdefault(owner, []).append(node)
            case "VariableDeclarationStatement":
                if (value := node.get("initialValue")) is not None:
                    self._give([(item or {}).get("id") for item in node.get("declarations") or ()], value)
            case "Assignment":
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
