"""Reading solc's compact JSON AST: which declarations a program has, and what one contract inherits from it.

The AST is a forest of plain dicts whose nodes point at each other by integer ids that are unique within one run
of the compiler.  Built-in names (``require``, ``msg``) point at ids that belong to no node: negative numbers from
native solc, the same numbers as unsigned 32-bit integers from solcjs (4294967266); both simply are not declared.
Fields moved over the years (base names, documentation, visibility of constructors); everything that differs
between solc 0.5 and 0.8 is met here and nowhere else.

Source: https://docs.soliditylang.org/en/latest/using-the-compiler.html#output-description (``ast``)
"""

import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from upgrader.build import Artifact, Ast
from upgrader.calls import selector
from upgrader.layout.solidity.annotations import namespace, tags
from upgrader.layout.solidity.constants import evaluate
from upgrader.layout.solidity.tree import Tree, tree_of

_LOCATION = re.compile(r"_(?:memory|calldata|storage)(?:_ptr)?")
"""Data location inside a type identifier: an override may change it, the signature stays the same."""

_PROGRAMS_KEPT: Final = 4
"""Compiler runs whose declarations stay indexed: both versions of a pair, twice."""


class Program:
    """Every declaration of one compiler run, by id.

    Args:
        artifact: Any contract of the run.
    """

    def __init__(self, artifact: Artifact) -> None:
        asts = artifact.asts
        self.asts = asts
        self._artifact = artifact
        self.declarations: dict[int, Ast] = {}
        self.owners: dict[int, Ast] = {}
        """The contract, interface or library that a declaration stands in."""
        self.paths: dict[int, str] = {}
        """The source unit of a contract or of a declaration at file level."""
        self.facts: dict[int, Any] = {}
        """What was learnt of a function's body, by function id: bodies are shared by every contract that inherits."""
        self.notes: dict[tuple[str, int], Any] = {}
        """What one rule learnt of a function, by what it is and function id."""
        self.contracts: dict[int, Contract] = {}
        """Contracts that were looked at, by id."""
        self._signatures: dict[int, tuple[Any, ...]] = {}
        for path, unit in asts.items():
            for node in nodes_of(unit):
                self._declare(node, path)

    def _declare(self, node: Ast, path: str) -> None:
        identity = node.get("id")
        if not isinstance(identity, int):
            return
        self.declarations[identity] = node
        self.paths[identity] = path
        for child in nodes_of(node):
            child_id = child.get("id")
            if isinstance(child_id, int):
                self.declarations[child_id] = child
                self.owners[child_id] = node
                self._declare_members(child, node)
        self._declare_members(node, None)

    def _declare_members(self, node: Ast, owner: Ast | None) -> None:
        if node.get("nodeType") == "StructDefinition":
            for member in children(node, "members"):
                self.declarations[member["id"]] = member
                self.owners[member["id"]] = node
            if owner is not None:
                self.owners[node["id"]] = owner

    @cached_property
    def tree(self) -> Tree:
        """The same run as the layout reads it, for the values of constants and the slots that code reaches."""
        return tree_of(self._artifact) or Tree({}, {})

    @cached_property
    def namespaces(self) -> frozenset[str]:
        """The ERC-7201 ids that structs anywhere in the run are annotated with."""
        structs = (node for node in self.declarations.values() if _is(node, "StructDefinition"))
        return frozenset(name for struct in structs if (name := namespace(tags(self.tree, struct))))

    def signature(self, function: Ast) -> tuple[Any, ...]:
        """Return what two functions (or modifiers) of a lineage share exactly when one overrides the other."""
        known = self._signatures.get(function["id"])
        if known is None:
            known = self._signatures[function["id"]] = _signature(function)
        return known

    def constant(self, node: Ast) -> int | None:
        """Return the value of a constant expression as a number; None when it is none."""
        value = evaluate(self.tree, node)
        if type(value) is bytes:  # exactly: texts and formulas are no numbers
            return int.from_bytes(value, "big")
        return value if isinstance(value, int) else None

    def find(self, source: str, name: str) -> Ast | None:
        """Return the contract ``name``: of the unit ``source``, else the only one of that name anywhere."""
        units = (self.asts.get(source) or {},) if source else self.asts.values()
        found = [
            node
            for unit in units
            for node in nodes_of(unit)
            if node.get("nodeType") == "ContractDefinition" and node.get("name") == name
        ]
        return found[0] if len(found) == 1 else None

    def referred(self, node: Ast | None) -> Ast | None:
        """Return the declaration that a name points at; None for built-in names and for no name at all."""
        target = (node or {}).get("referencedDeclaration")
        return self.declarations.get(target) if isinstance(target, int) else None

    def path_of(self, node: Ast) -> str:
        """Return the source path of a declaration; empty when it is not of this program."""
        identity = node.get("id")
        for _ in range(3):  # a struct member stands in a struct, which stands in a contract
            if identity in self.paths:
                return self.paths[identity]
            owner = self.owners.get(identity) if isinstance(identity, int) else None
            identity = owner.get("id") if owner else None
        return ""


_programs: OrderedDict[int, Program] = OrderedDict()


def program_of(artifact: Artifact) -> Program:
    """Return the index of an artifact's ASTs, made once for all contracts of the run.

    The mapping is kept alive while its index is, so its identity cannot be taken over by another.
    """
    asts = artifact.asts
    program = _programs.get(id(asts))
    if program is None:
        program = _programs[id(asts)] = Program(artifact)
        while len(_programs) > _PROGRAMS_KEPT:
            _programs.popitem(last=False)
    else:
        _programs.move_to_end(id(asts))
    return program


class Contract:
    """One contract with everything it inherits, as the compiler sees it when it is the most derived.

    Args:
        program: The run it belongs to.
        node: Its definition.
    """

    def __init__(self, program: Program, node: Ast) -> None:
        self.program = program
        self.node = node
        self.name = str(node.get("name", ""))
        self.notes: dict[str, Any] = {}
        """What was learnt of it once, by what it is: several rules ask the same."""
        self.led_to: dict[int, Any] = {}
        """What the body of a function runs in it, by function id."""
        declared = (program.declarations.get(base) for base in node.get("linearizedBaseContracts", ()))
        self.lineage: tuple[Ast, ...] = tuple(base for base in declared if base is not None)
        """The contract itself, then its bases, most derived first (C3 linearisation)."""

    @cached_property
    def functions(self) -> tuple[Ast, ...]:
        """Every function of the lineage, constructors included, most derived contract first."""
        return tuple(self._members("FunctionDefinition"))

    @cached_property
    def variables(self) -> tuple[Ast, ...]:
        """Every state variable of the lineage, constants and immutables included, in storage order (base first)."""
        return tuple(
            node for base in reversed(self.lineage) for node in nodes_of(base) if _is(node, "VariableDeclaration")
        )

    @cached_property
    def entries(self) -> tuple[Ast, ...]:
        """Every function that a transaction can call, ``receive`` and ``fallback`` included; overridden ones not."""
        found: dict[tuple[Any, ...], Ast] = {}
        for function in self.functions:
            if function.get("visibility") in {"external", "public"} and not is_constructor(function):
                found.setdefault(self.program.signature(function), self.most_derived(function))
        return tuple(function for function in found.values() if function.get("implemented", True))

    @cached_property
    def constructors(self) -> tuple[Ast, ...]:
        """The constructors that run when it is deployed, most derived first."""
        return tuple(function for function in self.functions if is_constructor(function))

    @cached_property
    def modifiers(self) -> tuple[Ast, ...]:
        """Every modifier of the lineage, most derived contract first."""
        return tuple(self._members("ModifierDefinition"))

    @cached_property
    def _overrides(self) -> dict[tuple[Any, ...], tuple[Ast, ...]]:
        table: dict[tuple[Any, ...], list[Ast]] = {}
        for node in (*self.functions, *self.modifiers):
            table.setdefault(self.program.signature(node), []).append(node)
        # An interface may stand before the base that implements it; what has a body runs.
        return {
            key: tuple(sorted(nodes, key=lambda node: not node.get("implemented", True)))
            for key, nodes in table.items()
        }

    def most_derived(self, declared: Ast) -> Ast:
        """Return what a call by plain name to ``declared`` runs in this contract (virtual dispatch)."""
        return declared if declared.get("visibility") == "private" else self._running.get(declared["id"], declared)

    def after(self, declared: Ast, caller: Ast) -> Ast | None:
        """Return what ``super.f()`` in the contract ``caller`` runs; None when no base implements it."""
        order = [base["id"] for base in self.lineage]
        owners = self.program.owners
        if caller["id"] not in order:
            return declared
        beyond = order[order.index(caller["id"]) + 1 :]
        for candidate in self._overrides.get(self.program.signature(declared), ()):
            if owners[candidate["id"]]["id"] in beyond and candidate.get("implemented", True):
                return candidate
        return None

    def named(self, name: str) -> tuple[Ast, ...]:
        """Return the most derived function of every signature called ``name``."""
        return tuple(nodes[0] for key, nodes in self._overrides.items() if key[0] == name)

    def inherits(self, name: str) -> bool:
        """Whether a contract called ``name`` is in the lineage (the contract itself counts)."""
        return any(base.get("name") == name for base in self.lineage)

    @cached_property
    def _running(self) -> dict[int, Ast]:
        return {node["id"]: nodes[0] for nodes in self._overrides.values() for node in nodes}

    def _members(self, kind: str) -> Iterator[Ast]:
        return (node for base in self.lineage for node in nodes_of(base) if _is(node, kind))


def is_state(contract: Contract, identity: int) -> bool:
    """Whether a declaration is state: a variable of a contract, or a member of a struct."""
    declared = contract.program.declarations.get(identity) or {}
    owner = contract.program.owners.get(identity) or {}
    return bool(declared.get("stateVariable")) or owner.get("nodeType") == "StructDefinition"


def contract_of(artifact: Artifact) -> Contract | None:
    """Return the contract that an artifact is about, or None when the artifact has no AST of it."""
    if not artifact.asts:
        return None
    program = program_of(artifact)
    node = program.find(artifact.source, artifact.name)
    if node is None:
        return None
    known = program.contracts.get(node["id"])
    if known is None:
        known = program.contracts[node["id"]] = Contract(program, node)
    return known


def nodes_of(node: Ast) -> list[Ast]:
    """Return the declarations inside a source unit or a contract."""
    return children(node, "nodes")


def children(node: Ast, key: str) -> list[Ast]:
    """Return a list-valued field, empty where it is absent or not a list."""
    value = node.get(key)
    if not isinstance(value, list):
        return []
    return [child for child in value if type(child) is dict or isinstance(child, Mapping)]  # most are plain


def is_constructor(function: Ast) -> bool:
    """Whether a function is a constructor."""
    return function.get("kind") == "constructor" or bool(function.get("isConstructor"))


def parameters(function: Ast, which: str = "parameters") -> list[Ast]:
    """Return the parameters (or ``returnParameters``) of a function or modifier."""
    return children(function.get(which) or {}, "parameters")


def is_named(function: Ast) -> bool:
    """Whether a function has a name of its own (constructors, receive and fallback have none)."""
    return bool(function.get("name"))


def display(function: Ast) -> str:
    """Return ``name(type,type)`` for people."""
    name = function.get("name") or function.get("kind") or "fallback"
    return f"{name}({','.join(_short_type(parameter) for parameter in parameters(function))})"


def selector_of(function: Ast) -> str:
    """Return the four-byte selector of an entry as hex; empty for receive and fallback.

    Compilers before 0.6 do not give it; it is computed there, rightly for all but structs (which their ABI v1 lacks).
    """
    if function.get("functionSelector"):
        return str(function["functionSelector"])
    if not function.get("name"):
        return ""
    types = (_abi_type(type_string(parameter)) for parameter in parameters(function))
    return selector(f"{function['name']}({','.join(types)})").hex()


def type_identifier(node: Ast) -> str:
    """Return solc's identifier of an expression's or a variable's type, such as ``t_uint256``."""
    return str((node.get("typeDescriptions") or {}).get("typeIdentifier") or "")


def type_string(node: Ast) -> str:
    """Return the type as solc spells it for people."""
    return str((node.get("typeDescriptions") or {}).get("typeString") or "")


def documentation(node: Ast) -> str:
    """Return the NatSpec text of a declaration; empty when it has none."""
    text = node.get("documentation")
    return str(text.get("text") or "") if isinstance(text, Mapping) else str(text or "")


def mutability(variable: Ast) -> str:
    """Return ``constant``, ``immutable`` or ``mutable`` (compilers before 0.6.5 have only a flag)."""
    return str(variable.get("mutability") or ("constant" if variable.get("constant") else "mutable"))


def is_storage(variable: Ast) -> bool:
    """Whether a state variable lives in persistent storage."""
    return mutability(variable) == "mutable" and variable.get("storageLocation") != "transient"


def is_container(variable: Ast) -> bool:
    """Whether a variable is a mapping or an array, which start empty."""
    return type_identifier(variable).startswith(("t_mapping", "t_array"))


def _abi_type(text: str) -> str:
    plain = re.sub(r" (?:memory|calldata|storage pointer|storage ref|payable)", "", text)
    return re.sub(r"^contract [^\[]+", "address", re.sub(r"^enum [^\[]+", "uint8", plain))


def _signature(function: Ast) -> tuple[Any, ...]:
    if _is(function, "ModifierDefinition"):
        return (function.get("name", ""), "modifier")
    kind = "" if is_named(function) else function.get("kind", "")
    types = (_LOCATION.sub("", type_identifier(parameter)) for parameter in parameters(function))
    return (function.get("name", ""), kind, *types)


def _short_type(variable: Ast) -> str:
    text = type_string(variable)
    for word in ("struct ", "enum ", "contract "):
        text = text.replace(word, "")
    return re.sub(r" (?:memory|calldata|storage pointer|storage ref|payable)", "", text)


def _is(node: Ast, kind: str) -> bool:
    return node.get("nodeType") == kind
