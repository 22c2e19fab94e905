"""Which contracts of two trees belong together, and which of them a proxy may be made for.

Contracts are joined by their whole name, else by a short name that stands once in both trees: a file may move.  What
is judged without being asked for is what speaks of a proxy in its code: an initializer, UUPS, an annotation; a
constructor that sets state is a defect behind a proxy and nowhere else.  Where nothing in a whole tree speaks of one,
whoever asks knows why, and everything is judged that both trees have.
"""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final

from upgrader.build import Artifact
from upgrader.findings import Finding, Severity
from upgrader.flows.check_all import Candidate, missing
from upgrader.layout.formats import Described
from upgrader.layout.solidity.tree import Tree, reading_ast, tree_of

_BASES: Final = frozenset({"Initializable", "UUPSUpgradeable", "Proxiable", "UpgradeableBase"})
_FUNCTIONS: Final = frozenset({"initialize", "proxiableUUID", "_authorizeUpgrade", "__init"})
_MODIFIERS: Final = frozenset({"initializer", "reinitializer", "onlyInitializing"})
_ANNOTATION: Final = "@custom:oz-upgrades"


def paired(
    old: Mapping[str, Described], new: Mapping[str, Described], only: Sequence[str] = ()
) -> tuple[tuple[Candidate, ...], tuple[str, ...]]:
    """Join the contracts of two trees that are called alike.

    Args:
        old: ``path.sol:Name`` (or a bare name) -> what runs.
        new: The same for what shall run.
        only: Patterns of names that are judged; empty for every contract that a proxy may be made for.

    Returns:
        Candidates, and the names that were left out because nothing in their code speaks of a proxy.
    """
    candidates: list[Candidate] = []
    left_out: list[Candidate] = []
    before, after = _by_short_name(old), _by_short_name(new)
    for name in sorted(new):
        was = old.get(name) or _moved(name, before, after, new)
        if not _deployable(new[name]) or (only and not _matches(name, only)):
            continue
        if not only and not (_upgradeable(new[name]) or (was is not None and _upgradeable(was))):
            left_out.append(Candidate(name, was, new[name]))
        elif was is not None:
            candidates.append(Candidate(name, was, new[name]))
        else:
            candidates.append(Candidate(name, None, new[name], _new(name)))
    for name in sorted(old):
        gone = name not in new and _moved(name, after, before, old) is None and _deployable(old[name])
        if gone and (_matches(name, only) if only else _upgradeable(old[name])):
            why, remedy = "it is not in the new tree", "if a proxy still runs it, keep its source"
            candidates.append(Candidate(name, old[name], None, missing(name, why, remedy, severity=Severity.WARNING)))
    if not candidates:
        candidates = [each for each in left_out if each.old is not None]
        left_out = [each for each in left_out if each.old is None]
    return tuple(candidates), tuple(each.name for each in left_out)


def named(contracts: Mapping[str, Described], reference: str) -> Described | None:
    """Return the contract of a tree that ``path.sol:Name`` means: by its whole name, else by a name used once."""
    found = contracts.get(reference)
    if found is not None:
        return found
    short = [one for name, one in contracts.items() if name.rpartition(":")[2] == reference.rpartition(":")[2]]
    return short[0] if len(short) == 1 else None


def _new(name: str) -> Finding:
    what = "it is new: there is nothing that its storage could be compared with"
    return missing(name, what, "nothing, if no proxy runs it yet", severity=Severity.NOTE)


def _by_short_name(contracts: Mapping[str, Described]) -> dict[str, list[Described]]:
    found: dict[str, list[Described]] = {}
    for name, contract in contracts.items():
        if _deployable(contract):
            found.setdefault(name.rpartition(":")[2], []).append(contract)
    return found


def _moved(
    name: str,
    there: Mapping[str, list[Described]],
    here: Mapping[str, list[Described]],
    known: Mapping[str, Described],
) -> Described | None:
    """Return the contract of the same short name in another file, where both trees have one such only."""
    short = name.rpartition(":")[2]
    found = there.get(short, [])
    return found[0] if name in known and len(found) == len(here.get(short, [])) == 1 else None


def _matches(name: str, only: Sequence[str]) -> bool:
    return any(fnmatchcase(name, each) or fnmatchcase(name.rpartition(":")[2], each) for each in only)


def _deployable(contract: Described) -> bool:
    """Whether it can stand behind a proxy: no interface, no library, nothing abstract."""
    if not isinstance(contract, Artifact):
        return True
    tree = tree_of(contract)
    with reading_ast(contract):
        node = tree.contracts.get(contract.qualified) if tree is not None else None
        if node is not None:
            return node.get("contractKind") == "contract" and not node.get("abstract", False) and _complete(node)
    return contract.creation is not None or contract.storage_layout is not None


def _complete(node: Mapping[str, object]) -> bool:
    # Before 0.6 there was no `abstract`; a contract with a function without body cannot be deployed.
    return bool(node.get("fullyImplemented", True))


def _upgradeable(contract: Described) -> bool:
    """Whether its code speaks of a proxy; a layout without code was given because somebody asks about it."""
    if not isinstance(contract, Artifact):
        return True
    tree = tree_of(contract)
    if tree is not None and contract.qualified in tree.contracts:
        with reading_ast(contract):
            return _speaks_of_proxy(tree, tree.contracts[contract.qualified])
    if contract.abi is None:
        return True
    names = {str(entry.get("name", "")) for entry in contract.abi}
    return bool(names & (_FUNCTIONS | {"Initialized"}))


def _speaks_of_proxy(tree: Tree, contract: Mapping[str, object]) -> bool:
    for base in tree.lineage(contract):
        if base.get("name") in _BASES or _ANNOTATION in tree.text_before(base, 2_000).rpartition("}")[2]:
            return True
        for node in base.get("nodes", ()):
            if node.get("nodeType") == "FunctionDefinition" and (
                node.get("name") in _FUNCTIONS
                or any((used.get("modifierName") or {}).get("name") in _MODIFIERS for used in node.get("modifiers", ()))
            ):
                return True
    return False
