"""The regions of one contract that the source alone tells: its root, its namespaces, its slot constants."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from upgrader.layout.model import Region, RegionKind, erc7201
from upgrader.layout.solidity.annotations import namespace, tags
from upgrader.layout.solidity.constants import evaluate
from upgrader.layout.solidity.declared import DeclaredTypes
from upgrader.layout.solidity.slots import Reached, reached
from upgrader.layout.solidity.tree import Tree
from upgrader.layout.solidity.values import as_slot
from upgrader.layout.types import Opaque, Struct, Variable
from upgrader.units import WORD

RAW_WORD = "t_word"
"""Type of a word that only assembly reads: its place is known, its meaning is not."""


def root_base(tree: Tree, contract: Mapping[str, Any]) -> int | None:
    """Return where ``layout at`` puts a contract's root; None without the specifier, or when it cannot be evaluated."""
    for base in reversed(tree.lineage(contract)):
        specifier = base.get("storageLayout")
        if isinstance(specifier, dict):
            return as_slot(evaluate(tree, specifier.get("baseSlotExpression")))
    return None


def root_nodes(tree: Tree, contract: Mapping[str, Any], *, transient: bool = False) -> list[Mapping[str, Any]]:
    """Return the state variables of a contract and its bases in the order of their storage."""
    return [
        node
        for base in tree.lineage(contract)
        for node in base.get("nodes", ())
        if node.get("nodeType") == "VariableDeclaration"
        and not node.get("constant")
        and node.get("mutability", "mutable") == "mutable"
        and (node.get("storageLocation") == "transient") is transient
    ]


def declared_regions(tree: Tree, contract: Mapping[str, Any], types: DeclaredTypes) -> tuple[Region, ...]:
    """Return the namespaces that a contract declares or reaches, and every struct and word at a slot constant.

    A namespace lies where the code looks for it; where no code does, its annotation says where.
    """
    owners = tree.reachable(contract)
    places = reached(tree, contract, owners)
    regions: list[Region] = []
    annotated = _annotated(tree, contract, owners | {place.target for place in places if place.target is not None})
    for struct in annotated:
        regions.extend(_namespaces(tree, struct, types, places))
    named = {struct["id"] for struct in annotated}
    regions.extend(
        _region(tree, place, tree.node(place.target), types) for place in places if place.target not in named
    )
    return _once(regions)


def _annotated(tree: Tree, contract: Mapping[str, Any], reachable: Iterable[int]) -> list[Mapping[str, Any]]:
    own = [
        node
        for base in tree.lineage(contract)
        for node in base.get("nodes", ())
        if node.get("nodeType") == "StructDefinition"
    ]
    others = [node for node in map(tree.node, sorted(reachable)) if node and node["nodeType"] == "StructDefinition"]
    structs = {node["id"]: node for node in (*own, *others)}
    return [node for node in structs.values() if namespace(tags(tree, node))]


def _namespaces(
    tree: Tree, struct: Mapping[str, Any], types: DeclaredTypes, places: tuple[Reached, ...]
) -> list[Region]:
    name = namespace(tags(tree, struct))
    declared = erc7201(name)
    used = [place for place in places if place.target == struct["id"]]
    members, at = _members(struct, types), tree.place(struct)
    whole = Region(RegionKind.NAMESPACE, f"erc7201:{name}", declared, members, declared=declared, at=at)
    if not used:
        return [whole]
    # One struct may serve several places; the one that the annotation speaks of keeps its name.
    home = next((place for place in used if place.base == declared), used[0])
    rest = [_region(tree, place, struct, types) for place in used if place is not home]
    return [replace(whole, base=home.base, formula=home.formula), *rest]


def _region(tree: Tree, place: Reached, target: Mapping[str, Any] | None, types: DeclaredTypes) -> Region:
    if target is None:
        types.types.setdefault(RAW_WORD, Opaque("word", WORD))
        variables: tuple[Variable, ...] = (
            Variable("word", RAW_WORD, 0, 0, WORD, place.name, touched=True, at=place.at),
        )
        return Region(RegionKind.CONSTANT, place.name, place.base, variables, formula=place.formula, at=place.at)
    at = place.at or tree.place(target)
    if target["nodeType"] == "StructDefinition":
        label, variables = str(target.get("canonicalName") or target["name"]), _members(target, types)
    else:
        kind = types.of(target.get("typeName"))
        label, size = types.types[kind].label, types.types[kind].size or 0
        variables = (Variable("value", kind, 0, 0, size, place.name, touched=True, at=at),)
    return Region(RegionKind.CONSTANT, f"{label} at {place.name}", place.base, variables, formula=place.formula, at=at)


def _members(struct: Mapping[str, Any], types: DeclaredTypes) -> tuple[Variable, ...]:
    known = types.types[types.struct(struct)]
    return known.members or () if isinstance(known, Struct) else ()


def _once(regions: list[Region]) -> tuple[Region, ...]:
    """Drop a bare word where a struct is known to lie, and a second view of one place by an equal struct."""
    structs = {region.base for region in regions if region.variables and region.variables[0].type != RAW_WORD}
    found: dict[Any, Region] = {}
    for region in regions:
        raw = bool(region.variables) and region.variables[0].type == RAW_WORD
        if raw and region.base is not None and region.base in structs:
            continue
        shape = tuple((v.name, v.start, v.size) for v in region.variables)
        found.setdefault((region.base, region.formula, shape), region)
    return tuple(found.values())
