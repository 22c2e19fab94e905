"""Which build of each contract under management runs now, and which one is meant to be next, without asking a chain.

==========  =======================================================================================================
what runs   the source of the last executed upgrade at the commit of its plan; without one, the ``source`` of
            upgrader.toml where that is a build of its own (an artifact, a manifest's entry) or where an open upgrade
            names another source; else nobody but a chain or a commit can say
what next   the source that the newest open upgrade names; else what runs, as the working tree has it now
==========  =======================================================================================================
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from upgrader.plan.compiler import SolcChoice
from upgrader.plan.manifest import Change, read_manifest
from upgrader.plan.project import ManagedContract, Project
from upgrader.ports import Bundle, Journal

DIRTY: Final = "+dirty"
"""What follows a commit that did not hold everything that was built."""


@dataclass(frozen=True, slots=True)
class Build:
    """One build of a contract.

    Attributes:
        reference: Any form that ``check`` accepts.
        compiled_from: The source that compiles to it, where it is a bare artifact.
        commit: Where sources are taken from; empty for the working tree.
        solc: A compiler other than the project's.
    """

    reference: str
    compiled_from: str = ""
    commit: str = ""
    solc: SolcChoice | None = None


@dataclass(frozen=True, slots=True)
class Managed:
    """Both sides of one contract under management.

    Attributes:
        name: In upgrader.toml.
        runs: What runs, by name.
        old: The build of what runs; None where nothing here says which it is.
        new: What is meant to be next.
        why: Why there is no ``old``.
        proxy: The proxy's own code; None where upgrader.toml does not name it.
    """

    name: str
    runs: Build
    old: Build | None
    new: Build
    why: str = ""
    proxy: Build | None = None


@dataclass(frozen=True, slots=True)
class Upgrade:
    """One folder of ``upgrades/``.

    Attributes:
        changes: By contract.
        executed: Whether its journal says that it was executed.
        commit: Of the sources that its plan was made from; empty when unknown, and where they were not all in it.
    """

    name: str
    changes: Mapping[str, Change]
    executed: bool
    commit: str


def upgrade_of(bundle: Bundle, journal: Journal) -> Upgrade:
    """Read what a bundle says of itself.

    Raises:
        InputError: Its upgrade.toml is wrong.
        MismatchError: Its journal was tampered with.
    """
    manifest = read_manifest(bundle.read_toml("upgrade.toml"), where=f"{bundle.name}/upgrade.toml")
    commit = str(bundle.read_json("plan.json").get("commit", "")) if bundle.exists("plan.json") else ""
    return Upgrade(
        name=bundle.name,
        changes={change.contract: change for change in manifest.change},
        executed=any(
            entry.get("event") == "sent"
            and entry["facts"].get("step") == "execute"
            and not entry["facts"].get("problem")
            for entry in journal.entries()
        ),
        commit="" if commit.endswith(DIRTY) else commit,
    )


def managed_pairs(project: Project, upgrades: Iterable[Upgrade], *, base: str = "") -> tuple[Managed, ...]:
    """Return both sides of every contract under management.

    Args:
        project: The upgrader.toml.
        upgrades: In the order of their numbers.
        base: The commit that holds what runs; empty where the upgrades tell it.
    """
    every = list(upgrades)
    return tuple(
        replace(_pair(name, project, every, base), proxy=_proxy(project.contracts[name]))
        for name in sorted(project.contracts)
    )


def _pair(name: str, project: Project, upgrades: list[Upgrade], base: str) -> Managed:
    contract = project.contracts[name]
    own = [upgrade for upgrade in upgrades if name in upgrade.changes]
    done = [index for index, upgrade in enumerate(own) if upgrade.executed]
    last = own[done[-1]] if done else None
    pending = own[done[-1] + 1 :] if done else own
    here = Build(contract.source, contract.compiled_from, solc=contract.solc)
    runs = _build(last.changes[name], contract.solc) if last is not None else here
    new = _build(pending[-1].changes[name], contract.solc) if pending else _present(runs)
    if base:
        return Managed(name, runs, replace(runs, commit=base) if _source(runs) else runs, new)
    if last is not None and not last.commit and _source(runs):
        return Managed(name, runs, None, new, f"the plan of {last.name} names no commit that holds what it built")
    if last is not None:
        return Managed(name, runs, replace(runs, commit=last.commit), new)
    if not _source(runs) or runs.reference != new.reference:
        return Managed(name, runs, runs, new)
    return Managed(name, runs, None, new, "no executed upgrade and no commit says what the proxy runs")


def _proxy(contract: ManagedContract) -> Build | None:
    return Build(contract.proxy_source, solc=contract.solc) if contract.proxy_source else None


def _build(change: Change, solc: SolcChoice | None) -> Build:
    return Build(change.source, change.compiled_from, solc=change.solc or solc)


def _present(runs: Build) -> Build:
    """Return what the working tree has of a build: where that is a bare artifact, the source it was compiled from."""
    return replace(runs, reference=runs.compiled_from, compiled_from="") if runs.compiled_from else runs


def _source(build: Build) -> bool:
    """Whether a build is made from sources, which change with the working tree."""
    return ".sol" in build.reference.partition("#")[0] and ".json" not in build.reference
