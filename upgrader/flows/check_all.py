"""``check --all``: every contract of a project at once, each judged as ``check`` judges one.

A contract that cannot be read or has nothing to be compared with does not stop the others and is not passed over: it
is *cannot tell*, and says why.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from upgrader.build import Artifact
from upgrader.checks.code import CodePair
from upgrader.checks.code import examine as examine_code
from upgrader.errors import InputError
from upgrader.findings import Finding, Severity, Verdict, ranked, verdict_of
from upgrader.flows.check import CheckResult, check_pair
from upgrader.layout.formats import Described
from upgrader.layout.solidity.tree import Tree, tree_of

MISSING: Final = "contract-missing"
UNREADABLE: Final = "contract-unreadable"
DEPENDENCIES: Final = "dependencies-differ"

_BASES: Final = frozenset({"Initializable", "UUPSUpgradeable", "Proxiable", "UpgradeableBase"})
_FUNCTIONS: Final = frozenset({"initialize", "proxiableUUID", "_authorizeUpgrade", "__init"})
_MODIFIERS: Final = frozenset({"initializer", "reinitializer", "onlyInitializing"})
_ANNOTATION: Final = "@custom:oz-upgrades"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One contract to judge.

    Attributes:
        name: What it is called here.
        old: What runs; None where it is not known.
        new: What shall run; None where it is not known.
        problem: Why a side is not known.
    """

    name: str
    old: Described | None
    new: Described | None
    problem: Finding | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What the check of one contract came to.

    Attributes:
        findings: Worst first.
        result: The comparison; None where there was nothing to compare.
    """

    name: str
    findings: tuple[Finding, ...]
    result: CheckResult | None

    @property
    def verdict(self) -> Verdict:
        """The worst that the findings support."""
        return verdict_of(self.findings)


@dataclass(frozen=True, slots=True)
class Everything:
    """What the check of a project came to.

    Attributes:
        contracts: In the order of their names.
        general: Findings about the project as a whole.
        left_out: Contracts that no proxy is made for, by their code.
    """

    contracts: tuple[Judged, ...]
    general: tuple[Finding, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, worst first; one about a base that several contracts share once."""
        return ranked([*self.general, *(finding for judged in self.contracts for finding in judged.findings)])

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of all."""
        return verdict_of(self.findings)

    def count(self, verdict: Verdict) -> int:
        """Return how many contracts ended so."""
        return sum(judged.verdict is verdict for judged in self.contracts)


def check_all(
    candidates: Iterable[Candidate], *, general: Sequence[Finding] = (), left_out: Sequence[str] = ()
) -> Everything:
    """Judge every candidate."""
    judged = (_judged(candidate) for candidate in candidates)
    return Everything(tuple(sorted(judged, key=lambda one: one.name)), tuple(general), tuple(left_out))


def attempted(name: str, read: Callable[[], tuple[Described, Described]]) -> Candidate:
    """Return a candidate, with the error as its problem where it cannot be read."""
    try:
        return Candidate(name, *read())
    except InputError as error:
        return Candidate(name, None, None, unreadable(name, error))


def unreadable(name: str, error: InputError) -> Finding:
    """Return the finding about a contract that cannot be read."""
    return Finding(UNREADABLE, Severity.BLOCKER, name, str(error), error.remedy, judged=False)


def missing(name: str, why: str, remedy: str, *, severity: Severity = Severity.BLOCKER) -> Finding:
    """Return the finding about a contract that has nothing to be compared with."""
    return Finding(MISSING, severity, name, why, remedy, judged=False)


def dependencies_differ(paths: Sequence[str]) -> Finding:
    """Return the finding about dependencies that were pinned otherwise at the base."""
    return Finding(
        DEPENDENCIES,
        Severity.WARNING,
        paths[0],
        "the dependencies changed since the base, whose sources were compiled with the present ones: "
        "what a new version of a base contract does to the layout was not seen",
        "check the base out with its own dependencies, build it there and give its build-info with --against",
        {"changed": ", ".join(paths[:20])},
    )


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
    left_out: list[str] = []
    before, after = _by_short_name(old), _by_short_name(new)
    for name in sorted(new):
        was = old.get(name) or _moved(name, before, after, new)
        if not _deployable(new[name]) or (only and not _matches(name, only)):
            continue
        if not only and not (_upgradeable(new[name]) or (was is not None and _upgradeable(was))):
            left_out.append(name)
        elif was is not None:
            candidates.append(Candidate(name, was, new[name]))
        else:
            candidates.append(Candidate(name, None, new[name], _new(name)))
    for name in sorted(old):
        gone = name not in new and _moved(name, after, before, old) is None and _deployable(old[name])
        if gone and (_matches(name, only) if only else _upgradeable(old[name])):
            why, remedy = "it is not in the new tree", "if a proxy still runs it, keep its source"
            candidates.append(Candidate(name, old[name], None, missing(name, why, remedy, severity=Severity.WARNING)))
    return tuple(candidates), tuple(left_out)


def named(contracts: Mapping[str, Described], reference: str) -> Described | None:
    """Return the contract of a tree that ``path.sol:Name`` means: by its whole name, else by a name used once."""
    found = contracts.get(reference)
    if found is not None:
        return found
    short = [one for name, one in contracts.items() if name.rpartition(":")[2] == reference.rpartition(":")[2]]
    return short[0] if len(short) == 1 else None


def _judged(candidate: Candidate) -> Judged:
    known = (candidate.problem,) if candidate.problem is not None else ()
    try:
        if candidate.old is None or candidate.new is None:
            return Judged(candidate.name, ranked([*known, *_first(candidate)]), None)
        result = check_pair(candidate.old, candidate.new)
    except InputError as error:
        return Judged(candidate.name, (*known, unreadable(candidate.name, error)), None)
    return Judged(candidate.name, ranked([*known, *result.findings]), result)


def _first(candidate: Candidate) -> tuple[Finding, ...]:
    """Judge the code of a contract that is new: it has no layout to keep, and may be unsafe all the same."""
    new = candidate.new
    fresh = candidate.problem is not None and not candidate.problem.blocks and candidate.old is None
    return examine_code(CodePair(new)) if fresh and isinstance(new, Artifact) else ()


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
