"""What the names in a Vyper contract stand for, by the AST of its modules.

A layout has one word for a struct, whichever module defines it: ``Pos`` may be the contract's own or ``ledger.Pos``.
The declaration of a variable says which, in the scope of the module that declares it; structs have their members there,
in the order of storage, and flags theirs, in the order of their bits.

The compiler prints the AST of a contract alone (``ast``), or, from 0.4.1 on, with those of all that it imports
(``annotated_ast``); its standard JSON output has one for each source.  What is imported and not there stays unknown,
except that a module cannot be a type: an imported name that is used as one is an interface.

Sources: https://docs.vyperlang.org/en/stable/types.html, https://docs.vyperlang.org/en/stable/using-modules.html
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, Final, NamedTuple

from upgrader.layout.vyper.constants import Names, evaluated
from upgrader.layout.vyper.spelling import MAX_DEPTH, Definition, Form, Sort, Spelling

_WRAPPERS: Final = frozenset({"public", "transient", "immutable", "constant", "reentrant"})
"""Calls around the type of a declaration, before 0.3.4 made them attributes of the node."""

_DEFINITIONS: Final = {
    "StructDef": Sort.STRUCT,
    "EnumDef": Sort.FLAG,
    "FlagDef": Sort.FLAG,
    "InterfaceDef": Sort.INTERFACE,
}
_SUFFIXES: Final = (".vy", ".vyi", ".json")


class Import(NamedTuple):
    """One name that a module imports.

    Attributes:
        name: With dots where the statement has them.
        called: What the module calls it; empty for its own name.
        module: What it is imported from; empty where nothing is named.
        level: Dots before that: 1 for the folder of the module, 0 for a path of the compiler's.
        info: What the compiler found; None in an AST that is not annotated.
    """

    name: str
    called: str
    module: str
    level: int
    info: Mapping[str, Any] | None


class Module:
    """One module.

    Args:
        node: Its ``Module`` node.
        path: What it is called in the output; empty to take what the node says.
    """

    def __init__(self, node: Mapping[str, Any], path: str = "") -> None:
        self.node = node
        self.path = path or str(node.get("path") or node.get("name") or "")

    @cached_property
    def body(self) -> Sequence[Mapping[str, Any]]:
        """Its statements."""
        return [each for each in self.node.get("body", ()) if isinstance(each, Mapping)]

    @cached_property
    def definitions(self) -> Mapping[str, Definition]:
        """Structs, flags and interfaces by name."""
        return {
            str(each["name"]): Definition(sort, str(each["name"]), self.path, _members(sort, each), each)
            for each in self.body
            if (sort := _DEFINITIONS.get(each.get("ast_type", ""))) is not None
        }

    @cached_property
    def declarations(self) -> Mapping[str, Mapping[str, Any]]:
        """State variables and constants by name."""
        return {
            str(each["target"]["id"]): each
            for each in self.body
            if each.get("ast_type") in {"VariableDecl", "AnnAssign"}
        }

    @cached_property
    def in_code(self) -> frozenset[str]:
        """Names of its constants and immutables."""
        return frozenset(name for name, each in self.declarations.items() if _is_in_code(each))

    @cached_property
    def imports(self) -> Mapping[str, "Import"]:
        """Import statements by the name that they bring."""
        statements = (each for each in self.body if each.get("ast_type") in {"Import", "ImportFrom"})
        found = (each for statement in statements for each in _imports(statement))
        return {each.called or each.name.rpartition(".")[2]: each for each in found}

    @cached_property
    def used(self) -> frozenset[str]:
        """Names after a dot anywhere in its functions: ``self.owner``, ``auth.owner``."""
        functions = (each for each in self.body if each.get("ast_type") == "FunctionDef")
        return frozenset(name for each in functions for name in _attributes(each))


class Modules:
    """The modules of one compilation.

    Args:
        main: The contract.
        others: What it imports, as far as it is known.
    """

    def __init__(self, main: Module, others: Sequence[Module] = ()) -> None:
        self.main = main
        self._all = {module.path: module for module in (*others, main)}

    def found(self, path: Sequence[str]) -> Module | None:
        """Return the module that a row of names leads to, each of them imported by the one before."""
        module: Module | None = self.main
        for name in path:
            module = self.imported(module, name) if module is not None else None
        return module

    def imported(self, module: Module, name: str) -> Module | None:
        """Return the module that another calls ``name``; None where its AST is not there."""
        wanted = module.imports.get(name)
        if wanted is None:
            return None
        if wanted.info is not None:
            found = self._at(str(wanted.info.get("resolved_path") or ""), str(wanted.info.get("path") or ""))
            if found is not None:
                return found
        there = {found.path: found for path in _candidates(module, wanted) if (found := self._all.get(path))}
        return next(iter(there.values())) if len(there) == 1 else None

    def touched(self, module: Module, name: str) -> bool | None:
        """Whether any code names a variable; None where code is not known that might."""
        node = module.declarations[name]
        called = node["annotation"].get("func")
        public = node.get("is_public") is True or (isinstance(called, Mapping) and called.get("id") == "public")
        if public or any(name in each.used for each in self._all.values()):
            return True
        return False if self._whole else None

    def fields(self, definition: Definition) -> Iterator[tuple[str, Spelling, Mapping[str, Any]]]:
        """Yield name, type and node of each member of a struct."""
        module = self._all[definition.origin]
        for each in (definition.node or {})["body"]:
            if each.get("ast_type") == "AnnAssign":
                yield str(each["target"]["id"]), self.declared(each["annotation"], module), each

    def declared(self, annotation: Any, module: Module, depth: int = 0) -> Spelling:
        """Return the type that a declaration names."""
        if depth > MAX_DEPTH:
            raise RecursionError
        inner = depth + 1
        match annotation["ast_type"]:
            case "Call" if annotation["func"].get("id") in _WRAPPERS:
                return self.declared(annotation["args"][0], module, inner)
            case "Tuple":
                parts = tuple(self.declared(each, module, inner) for each in annotation["elements"])
                return Spelling(Form.TUPLE, parts=parts)
            case "Subscript":
                return self._subscript(annotation, module, inner)
            case "Attribute" | "Name":
                return self._named(annotation, module)
        return Spelling(Form.PLAIN, "?")

    def _subscript(self, annotation: Mapping[str, Any], module: Module, depth: int) -> Spelling:
        head, index = annotation["value"], annotation["slice"]
        index = index["value"] if index["ast_type"] == "Index" else index
        name = head.get("id")
        listed = index["elements"] if index["ast_type"] == "Tuple" else []
        if name == Form.MAPPING:
            return Spelling(Form.MAPPING, parts=tuple(self.declared(each, module, depth) for each in listed))
        if name == Form.BOUNDED:
            element, length = listed
            return Spelling(
                Form.BOUNDED, parts=(self.declared(element, module, depth),), length=self._number(length, module)
            )
        length = self._number(index, module)
        if name in {"Bytes", "String"}:
            return Spelling(Form.BYTES, name, length=length)
        return Spelling(Form.FIXED, parts=(self.declared(head, module, depth),), length=length)

    def _named(self, annotation: Mapping[str, Any], module: Module) -> Spelling:
        if annotation["ast_type"] == "Name":
            name = str(annotation["id"])
            definition = module.definitions.get(name)
            if definition is None and name in module.imports:
                definition = Definition(Sort.INTERFACE, name)
            return Spelling(Form.PLAIN, name, definition=definition)
        name, owner = str(annotation["attr"]), self._owner(annotation["value"], module)
        if name == "__interface__":
            return Spelling(Form.PLAIN, name, definition=Definition(Sort.INTERFACE, name))
        return Spelling(Form.PLAIN, name, definition=owner.definitions.get(name) if owner is not None else None)

    def _owner(self, node: Mapping[str, Any], module: Module) -> Module | None:
        """Return the module before a dot."""
        if node["ast_type"] == "Attribute":
            outer = self._owner(node["value"], module)
            return self.imported(outer, str(node["attr"])) if outer is not None else None
        return self.imported(module, str(node.get("id")))

    def _number(self, node: Mapping[str, Any], module: Module) -> int | None:
        return evaluated(node, _Scope(self, module))

    @cached_property
    def _whole(self) -> bool:
        """Whether the AST of every module is there whose code could name a variable."""
        return all(
            self.imported(module, name) is not None or not _has_code(wanted)
            for module in self._all.values()
            for name, wanted in module.imports.items()
        )

    def _at(self, *paths: str) -> Module | None:
        for path in filter(None, paths):
            for module in self._all.values():
                if path in {module.path, module.node.get("resolved_path")}:
                    return module
        return None


class _Scope(Names):
    """Constants as one module names them."""

    def __init__(self, modules: Modules, module: Module) -> None:
        self._modules = modules
        self._module = module

    def constant(self, name: str) -> Mapping[str, Any] | None:
        found = self._module.declarations.get(name)
        return found.get("value") if found is not None else None

    def inside(self, name: str) -> "Names | None":
        module = self._modules.imported(self._module, name)
        return _Scope(self._modules, module) if module is not None else None


def _members(sort: Sort, node: Mapping[str, Any]) -> tuple[str, ...] | None:
    if sort is not Sort.FLAG:
        return None
    return tuple(str(each["value"]["id"]) for each in node["body"] if each.get("ast_type") == "Expr")


def _is_in_code(declaration: Mapping[str, Any]) -> bool:
    """Whether a declaration says so: by itself, or before 0.3.4 by what stands around its type."""
    around = declaration.get("annotation") or {}
    called = (around.get("func") or {}).get("id") if around.get("ast_type") == "Call" else None
    said = declaration.get("is_constant") or declaration.get("is_immutable")
    return bool(said) or called in {"constant", "immutable"}


def _imports(statement: Mapping[str, Any]) -> Iterator[Import]:
    """Yield the names of one statement: 0.5 has a list of them, versions before it one."""
    names = statement.get("names")
    several = isinstance(names, list)
    listed: list[Any] = names if isinstance(names, list) else [statement]
    infos: list[Any] = list(statement.get("import_infos") or ()) if several else [statement.get("import_info")]
    for name, info in itertools.zip_longest(listed, infos):
        yield Import(
            str(name["name"]),
            str(name.get("asname" if several else "alias") or ""),
            str(statement.get("module") or ""),
            int(statement.get("level") or 0),
            info if isinstance(info, Mapping) else None,
        )


def _has_code(wanted: Import) -> bool:
    """Whether an import may bring code: before 0.4 there were interfaces alone, and the built-in ones say so."""
    if wanted.info is not None:
        return not str(wanted.info.get("path", "")).endswith((".vyi", ".json"))
    return not f"{wanted.module}.".startswith(("vyper.interfaces.", "ethereum.ercs."))


def _candidates(module: Module, wanted: Import) -> Iterator[str]:
    """Yield the paths that an import may mean: beside the module that has it, and from the root."""
    below = PurePosixPath(*filter(None, f"{wanted.module}.{wanted.name}".split(".")))
    home = PurePosixPath(module.path).parent
    for _ in range(min(wanted.level, MAX_DEPTH) - 1):
        home = home.parent
    for folder in (home,) if wanted.level else (home, PurePosixPath()):
        for suffix in _SUFFIXES:
            yield f"{folder / below}{suffix}"


def _attributes(node: Any) -> Iterator[str]:
    todo = [node]
    while todo:
        each = todo.pop()
        if isinstance(each, Mapping):
            if each.get("ast_type") == "Attribute":
                yield str(each.get("attr"))
            todo += each.values()
        elif isinstance(each, list):
            todo += each
