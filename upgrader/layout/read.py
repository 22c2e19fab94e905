"""From an artifact to its storage layout, with whatever the artifact holds.

solc's ``storageLayout`` is taken where there is one; the AST adds what it leaves out and the regions it does not
know; without either there is nothing to read, and that is an error rather than an empty layout.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from upgrader.build import Artifact
from upgrader.errors import InputError
from upgrader.layout.model import Region, RegionKind, StorageLayout
from upgrader.layout.solidity.declared import DeclaredTypes
from upgrader.layout.solidity.regions import declared_regions, root_base, root_nodes
from upgrader.layout.solidity.tree import Tree, reading_ast, tree_of
from upgrader.layout.types import TypeId, Variable
from upgrader.layout.typetable import TypeTable
from upgrader.layout.untrusted import record

_EMPTY: Final[Mapping[str, Any]] = {"storage": [], "types": {}}


def layout_of(artifact: Artifact) -> StorageLayout:
    """Return the storage layout of an artifact.

    Raises:
        InputError: It holds neither a storage layout nor an AST, or one that does not have its form.
    """
    tree = tree_of(artifact)
    with reading_ast(artifact):
        return _layout(tree, artifact)


def raw_layout(raw: Any, contract: str, origin: str) -> StorageLayout:
    """Return the layout that a ``storageLayout`` object alone describes.

    Raises:
        InputError: The object does not have its form.
    """
    layout = record(raw, origin)
    table = TypeTable(record(layout.get("types") or {}, f"{origin} types"), origin)
    regions = root_regions(table, layout.get("storage"), f"{origin} storage")
    return StorageLayout(contract, regions, table.types(), origin)


def root_regions(table: TypeTable, storage: Any, where: str) -> tuple[Region, ...]:
    """Return the root of a ``storage`` list, and what lies behind a variable of unknown size as further regions."""
    regions = []
    for behind, variables in table.chunks(storage, where):
        base = min((variable.slot for variable in variables), default=0) if not behind else None
        moved = tuple(v._replace(slot=v.slot - base) for v in variables) if base else variables
        name = f"{RegionKind.ROOT} behind {behind}" if behind else RegionKind.ROOT.value
        regions.append(Region(RegionKind.ROOT, name, base, moved, formula=name if behind else ""))
    return tuple(regions)


def _layout(tree: Tree | None, artifact: Artifact) -> StorageLayout:
    contract = _contract(tree, artifact)
    if artifact.storage_layout is None and contract is None:
        raise InputError(
            f"{artifact.qualified} comes without storage layout and without AST",
            where=artifact.origin,
            remedy="name its source or its build-info (what forge build --build-info writes is found by itself), or "
            'build with storageLayout (Foundry: extra_output = ["storageLayout"]; solc 0.5.13 or newer)',
        )
    if artifact.storage_layout is None or contract is None or tree is None:
        return _from_json(artifact) if contract is None or tree is None else _from_source(tree, contract, artifact)
    return _enriched(tree, contract, artifact)


def _from_json(artifact: Artifact) -> StorageLayout:
    layout = raw_layout(artifact.storage_layout, artifact.name, artifact.origin)
    return replace(layout, regions=(*layout.regions, *_transient(artifact, dict(layout.types))))


def _enriched(tree: Tree, contract: Mapping[str, Any], artifact: Artifact) -> StorageLayout:
    layout = raw_layout(artifact.storage_layout, artifact.name, artifact.origin)
    types = dict(layout.types)
    transient = _transient(artifact, types)
    declared = DeclaredTypes(tree, types, _touched(tree, contract))
    declared.enriched()
    nodes = [*root_nodes(tree, contract), *root_nodes(tree, contract, transient=True)]
    by_name = _by_name(nodes)
    base = root_base(tree, contract)
    regions = [
        replace(region, variables=tuple(_annotated(declared, by_name, variable) for variable in region.variables))
        for region in (*layout.regions, *transient)
    ]
    if base is not None and not regions[0].variables:
        regions[0] = replace(regions[0], base=base)
    others = declared_regions(tree, contract, declared)
    return StorageLayout(artifact.name, (*regions, *others), types, artifact.origin, complete=True)


def _from_source(tree: Tree, contract: Mapping[str, Any], artifact: Artifact) -> StorageLayout:
    types = DeclaredTypes(tree, {}, _touched(tree, contract))
    root = types.variables(root_nodes(tree, contract), artifact.name)
    region = Region(RegionKind.ROOT, RegionKind.ROOT.value, root_base(tree, contract) or 0, root)
    others = declared_regions(tree, contract, types)
    return StorageLayout(artifact.name, (region, *others), types.types, artifact.origin, complete=True)


def _transient(artifact: Artifact, types: dict[TypeId, Any]) -> tuple[Region, ...]:
    raw = record(artifact.transient_layout or _EMPTY, artifact.origin)
    table = TypeTable(record(raw.get("types") or {}, artifact.origin), artifact.origin)
    variables = table.variables(raw.get("storage") or [], f"{artifact.origin} transient storage")
    for name, kind in table.types().items():
        types.setdefault(name, kind)
    if not variables:
        return ()
    return (Region(RegionKind.TRANSIENT, RegionKind.TRANSIENT.value, 0, variables),)


def _contract(tree: Tree | None, artifact: Artifact) -> Mapping[str, Any] | None:
    """Return the contract's node; None where the ASTs leave out a base (Foundry's artifacts hold one file)."""
    if tree is None:
        return None
    if artifact.source:
        found = [tree.contracts.get(artifact.qualified)]
    else:
        found = [node for key, node in tree.contracts.items() if key.rpartition(":")[2] == artifact.name]
    node = found[0] if len(found) == 1 else None
    return (
        node if node is not None and len(tree.lineage(node)) == len(node.get("linearizedBaseContracts", ())) else None
    )


def _touched(tree: Tree, contract: Mapping[str, Any]) -> set[int]:
    """Return every declaration that code which the contract can reach names (a struct naming a type is not code)."""
    owners = (owner for owner in tree.reachable(contract) if tree.declarations[owner]["nodeType"] != "StructDefinition")
    return set().union(*(tree.references.get(owner, ()) for owner in owners))


def _by_name(nodes: list[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for node in nodes:
        found.setdefault(str(node.get("name", "")), []).append(node)
    return found


def _annotated(types: DeclaredTypes, by_name: dict[str, list[Mapping[str, Any]]], variable: Variable) -> Variable:
    """Join a variable of solc's layout with its declaration; both lists are in the order of storage."""
    nodes = by_name.get(variable.name)
    return types.annotated(nodes.pop(0), variable) if nodes else variable
