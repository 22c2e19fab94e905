"""Which contracts of two trees belong together, and which of them a proxy may be made for.

Contracts are joined by their whole name, else by a short name that stands once in both trees: a file may move.  What
has no namesake succeeds what its annotation names (``@custom:oz-upgrades-from VaultV1``), the next lower version of its
name (``VaultV2`` after ``VaultV1``), or the one contract that is gone from its file where it alone is new there: a
wrong guess asks for a look, and one that is not made lets a broken layout pass as new.

What is judged without being asked for is what speaks of a proxy in its code: an initializer, UUPS, an annotation; a
constructor that sets state is a defect behind a proxy and nowhere else.  Where nothing in a whole tree speaks of one,
whoever asks knows why, and everything is judged that both trees have.
"""

import re
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
_SUCCEEDS: Final = re.compile(r"@custom:oz-upgrades-from\s+([^\s*]{1,400})")
_VERSION: Final = re.compile(r"(.{1,400}?)_?[vV](\d{1,6})", re.DOTALL)
"""A name and its version: ``VaultV2``, ``Vault_v2``; a ``Vault`` before them is the first.  ``ERC20`` is none."""


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
    same = {name: was for name in new if (was := old.get(name) or _moved(name, before, after, new)) is not None}
    succeeded = _succeeded(old, new, same)
    for name in sorted(new):
        was = same.get(name) or (old[succeeded[name]] if name in succeeded else None)
        if not _deployable(new[name]) or (only and not _matches(name, only)):
            continue
        if not only and not (_upgradeable(new[name]) or (was is not None and _upgradeable(was))):
            left_out.append(Candidate(name, was, new[name]))
        elif was is not None:
            candidates.append(Candidate(name, was, new[name]))
        else:
            candidates.append(Candidate(name, None, new[name], _new(name)))
    for name in sorted(old.keys() - set(succeeded.values())):
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
    found = _named(contracts, reference)
    return contracts[found] if found is not None else None


def _named(contracts: Mapping[str, Described], reference: str) -> str | None:
    if reference in contracts:
        return reference
    short = [name for name in contracts if name.rpartition(":")[2] == reference.rpartition(":")[2]]
    return short[0] if len(short) == 1 else None


def _succeeded(
    old: Mapping[str, Described], new: Mapping[str, Described], same: Mapping[str, Described]
) -> dict[str, str]:
    """Return what each contract without a namesake succeeds: names in the new tree -> names in the old one."""
    kept = {id(was) for was in same.values()}
    fresh = [name for name in sorted(new) if name not in same and _deployable(new[name])]
    gone = [name for name in sorted(old) if id(old[name]) not in kept and _deployable(old[name])]
    found: dict[str, str] = {}
    for name in fresh:
        said = _annotated(new[name])
        chosen = _named(old, said) if said else _version_before(name, old) or _alone_in_file(name, fresh, gone)
        if chosen is not None and _deployable(old[chosen]):
            found[name] = chosen
    return found


def _annotated(contract: Described) -> str:
    """Return what ``@custom:oz-upgrades-from`` names; empty without one."""
    tree = tree_of(contract) if isinstance(contract, Artifact) else None
    if not isinstance(contract, Artifact) or tree is None or contract.qualified not in tree.contracts:
        return ""
    with reading_ast(contract):
        before = tree.text_before(tree.contracts[contract.qualified], 2_000).rpartition("}")[2]
    match = _SUCCEEDS.search(before)
    return match[1] if match is not None else ""


def _version_before(name: str, old: Mapping[str, Described]) -> str | None:
    """Return the old contract whose name is the same but for a lower number behind it: the highest, where it is one."""
    own = _VERSION.fullmatch(name.rpartition(":")[2])
    if own is None:
        return None
    lower: dict[int, list[str]] = {}
    for other in old:
        short = other.rpartition(":")[2]
        theirs = _VERSION.fullmatch(short)
        stem, number = (theirs[1], int(theirs[2])) if theirs is not None else (short, 1)
        if stem == own[1] and number < int(own[2]):
            lower.setdefault(number, []).append(other)
    highest = lower[max(lower)] if lower else []
    return highest[0] if len(highest) == 1 else None


def _alone_in_file(name: str, fresh: Sequence[str], gone: Sequence[str]) -> str | None:
    path = name.rpartition(":")[0]
    beside, lost = ([each for each in names if each.rpartition(":")[0] == path] for names in (fresh, gone))
    return lost[0] if path and beside == [name] and len(lost) == 1 else None


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
