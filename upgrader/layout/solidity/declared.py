"""Types as the source declares them, laid out by the packing rules.

Used where no ``storageLayout`` covers a struct (namespaces, libraries, diamonds) or a compiler has none (before
0.5.13), and to fill in what ``storageLayout`` leaves out: members of enums, the types under user-defined value types,
the functions of interfaces.  Ids are spelled as solc spells them, so both sources share one table; the equality of
the two is tested on every contract of every corpus.

Source: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from upgrader.layout.leaves import GAP
from upgrader.layout.packing import place
from upgrader.layout.solidity.annotations import RENAMED, RETYPED, tags
from upgrader.layout.solidity.constants import evaluate
from upgrader.layout.solidity.tree import Tree
from upgrader.layout.types import (
    ELEMENTARY,
    Alias,
    ByteString,
    Contract,
    DynamicArray,
    Enum,
    FixedArray,
    Function,
    MappingType,
    Opaque,
    Struct,
    Type,
    TypeId,
    Variable,
    array_size,
)
from upgrader.layout.typetable import enum_size, without_ids
from upgrader.units import WORD

_SHORTHANDS: Final = {"uint": "uint256", "int": "int256", "byte": "bytes1"}
_NODE: Final = re.compile(r"t_(?:struct|enum|userDefinedValueType|contract)\(.*\)([0-9]+)(?:_storage)?", re.DOTALL)


class DeclaredTypes:
    """Types of one tree, added to one table as they are asked for.

    Args:
        tree: The sources.
        types: The table that is filled; entries already there (from ``storageLayout``) are kept.
        touched: Ids of every declaration that the implementation's code names.
    """

    def __init__(self, tree: Tree, types: dict[TypeId, Type], touched: set[int]) -> None:
        self.tree = tree
        self.types = types
        self.touched = touched
        self._entered: set[TypeId] = set()

    def variables(self, nodes: list[Mapping[str, Any]], contract: str) -> tuple[Variable, ...]:
        """Return declarations as variables, placed from slot 0; unplaceable ones (unknown size) end the list."""
        ids = [self.of(node.get("typeName")) for node in nodes]
        known = next((i for i, name in enumerate(ids) if not self.types[name].size), len(ids))
        placed = place(self.types[name] for name in ids[:known])
        places = placed[0] if placed else ()
        return tuple(
            self.annotated(
                node, Variable(str(node.get("name", "")), name, slot, offset, self.types[name].size or 0, contract)
            )
            for node, name, (slot, offset) in zip(nodes[:known], ids, places, strict=False)
        )

    def annotated(self, node: Mapping[str, Any], variable: Variable) -> Variable:
        """Return a variable with what its declaration says: place, use, annotations, declaring contract."""
        found = tags(self.tree, node)
        scope = self.tree.node(node.get("scope"))
        return variable._replace(
            contract=str(scope.get("name", "")) if scope else variable.contract,
            touched=node["id"] in self.touched or _answers(node, variable.name),
            at=self.tree.place(node),
            renamed_from=found.get(RENAMED, ""),
            retyped_from=found.get(RETYPED, ""),
        )

    def of(self, name: Mapping[str, Any] | None) -> TypeId:  # noqa: PLR0911 - one case a node
        """Return the id of a type name's type, adding it and what it refers to."""
        if name is None:
            return self._add("t_unknown", Opaque("unknown", None))
        match name.get("nodeType"):
            case "ElementaryTypeName":
                return self._elementary(name)
            case "UserDefinedTypeName":
                return self._user(name)
            case "Mapping":
                key, value = self._key(name.get("keyType")), self.of(name.get("valueType"))
                label = f"mapping({self.types[key].label} => {self.types[value].label})"
                return self._add(f"t_mapping({key},{value})", MappingType(label, key, value))
            case "ArrayTypeName":
                return self._array(name)
            case "FunctionTypeName":
                return self._function(name)
        return self._add("t_unknown", Opaque("unknown", None))

    def struct(self, node: Mapping[str, Any]) -> TypeId:
        """Return the id of a struct declaration, adding it."""
        name = f"t_struct({node['name']}){node['id']}_storage"
        label = f"struct {node.get('canonicalName') or node['name']}"
        known = self.types.get(name)
        if name in self._entered or (isinstance(known, Struct) and known.members is not None):
            return name
        # Entered before its members: a member may be a mapping to the struct itself.
        self._entered.add(name)
        self.types[name] = Struct(label, 0, None)
        members = list(node.get("members", ()))
        variables = self.variables(members, str(node["name"]))
        if len(variables) == len(members):
            size = WORD * -(-variables[-1].end // WORD) if variables else WORD
            self.types[name] = Struct(label, size, variables)
        return name

    def enriched(self) -> None:
        """Fill in what the table's types lack and the tree knows."""
        for name in list(self.types):
            found = _NODE.fullmatch(name)
            node = self.tree.node(int(found[1])) if found else None
            if node is None:
                continue
            match self.types[name]:
                case Enum() | Contract() | Alias():
                    self._declared(name, node)
                case Struct(members=tuple() as members) as struct:
                    nodes = {str(member.get("name", "")): member for member in node.get("members", ())}
                    annotated = tuple(self.annotated(nodes[m.name], m) if m.name in nodes else m for m in members)
                    self.types[name] = replace(struct, members=annotated)

    def _user(self, name: Mapping[str, Any]) -> TypeId:
        path = name.get("pathNode") or {}
        node = self.tree.node(name.get("referencedDeclaration", path.get("referencedDeclaration")))
        if node is None:
            return self._add("t_unknown", Opaque("unknown", None))
        match node["nodeType"]:
            case "StructDefinition":
                return self.struct(node)
            case "EnumDefinition":
                return self._declared(f"t_enum({node['name']}){node['id']}", node)
            case "UserDefinedValueTypeDefinition":
                return self._declared(f"t_userDefinedValueType({node['name']}){node['id']}", node)
        return self._declared(f"t_contract({node['name']}){node['id']}", node)

    def _declared(self, name: TypeId, node: Mapping[str, Any]) -> TypeId:
        canonical = str(node.get("canonicalName") or node["name"])
        match node["nodeType"]:
            case "EnumDefinition":
                members = tuple(str(member.get("name", "")) for member in node.get("members", ()))
                self.types[name] = Enum(f"enum {canonical}", enum_size(len(members)), members)
            case "UserDefinedValueTypeDefinition":
                under = self.of(node.get("underlyingType"))
                self.types[name] = Alias(canonical, self.types[under].size or 0, under)
            case "ContractDefinition":
                self.types[name] = Contract(f"contract {canonical}", 20, self._interface(node))
        return name

    def _elementary(self, name: Mapping[str, Any]) -> TypeId:
        spelled = str(name.get("name", ""))
        spelled = _SHORTHANDS.get(spelled, spelled)
        if spelled in {"bytes", "string"}:
            return self._add(f"t_{spelled}_storage", ByteString(spelled))
        if spelled == "address" and name.get("stateMutability") == "payable":
            spelled = "address_payable"
        known = ELEMENTARY.get(f"t_{spelled}")
        return self._add(f"t_{spelled}", known or Opaque(spelled, None))

    def _key(self, name: Mapping[str, Any] | None) -> TypeId:
        """Return the id of a key's type: strings are keys in memory."""
        key = self.of(name)
        kind = self.types[key]
        return self._add(f"t_{kind.label}_memory_ptr", kind) if isinstance(kind, ByteString) else key

    def _array(self, name: Mapping[str, Any]) -> TypeId:
        element = self.of(name.get("baseType"))
        label, size = self.types[element].label, self.types[element].size
        if name.get("length") is None:
            return self._add(f"t_array({element})dyn_storage", DynamicArray(f"{label}[]", element))
        length = evaluate(self.tree, name["length"])
        if not isinstance(length, int) or length <= 0 or not size:
            return self._add(f"t_array({element})unknown", Opaque(f"{label}[?]", None))
        whole = FixedArray(f"{label}[{length}]", array_size(size, length), element, length)
        return self._add(f"t_array({element}){length}_storage", whole)

    def _function(self, name: Mapping[str, Any]) -> TypeId:
        external = name.get("visibility") == "external"
        takes, gives = (
            ",".join(self.of(parameter.get("typeName")) for parameter in (name.get(side) or {}).get("parameters", ()))
            for side in ("parameterTypes", "returnParameterTypes")
        )
        mutability = name.get("stateMutability", "nonpayable")
        sort = "external" if external else "internal"
        label = str((name.get("typeDescriptions") or {}).get("typeString", "function"))
        signature = without_ids(f"({takes})returns({gives})")
        return self._add(
            f"t_function_{sort}_{mutability}({takes})returns({gives})",
            Function(label, 24 if external else 8, external, signature),
        )

    def _interface(self, node: Mapping[str, Any]) -> frozenset[str]:
        return frozenset(
            str(function["functionSelector"])
            for base in self.tree.lineage(node)
            for function in base.get("nodes", ())
            if function.get("functionSelector")
            and function.get("nodeType") in {"FunctionDefinition", "VariableDeclaration"}
        )

    def _add(self, name: TypeId, kind: Type) -> TypeId:
        self.types.setdefault(name, kind)
        return name


def _answers(node: Mapping[str, Any], name: str) -> bool:
    """Whether a variable has a getter that somebody may ask; nobody asks a gap."""
    return node.get("visibility") == "public" and GAP.search(name) is None
