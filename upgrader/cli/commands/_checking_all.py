"""``check --all``: which contracts are compared with what, and how the whole is told."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from upgrader.cli.commands._checking import after_safe, drawn, pair_data, seen_from, write_sarif
from upgrader.cli.outcome import Console, Outcome, finding_data
from upgrader.errors import InputError

if TYPE_CHECKING:
    from upgrader.edges.sources import SourceReader
    from upgrader.findings import Finding
    from upgrader.flows.check_all import Candidate, Everything, Judged
    from upgrader.flows.managed import Build, Managed
    from upgrader.layout.formats import Described

Gathered: TypeAlias = tuple[tuple["Candidate", ...], tuple[str, ...], list["Finding"]]
"""What is compared, what is left out, and what is to be said of the project as a whole."""

SILENT = 8
"""Contracts of which nothing is to be said that have a line each; more of them share one."""

SIGNS = {"safe": "✓", "unsafe": "✗", "cannot_tell": "?"}


def check_everything(
    console: Console, new: str | None, against: str | None, only: Sequence[str], sarif: Path | None, *, draw: bool
) -> Outcome:
    """Compare a whole project with what runs: contracts under management, or all of two trees."""
    from upgrader.edges.project import find_project
    from upgrader.flows.check_all import check_all
    from upgrader.reports.text import counted

    try:
        root = None if new is not None else find_project()
    except InputError:
        root = None
    if root is not None:
        candidates, left_out, general = _managed(console, root, against, only)
    elif against is None:
        raise InputError(
            "nothing says what runs now: there is no upgrader.toml here, and no --against",
            remedy="give --against COMMIT, an older checkout or its build-info, or run upgrader init",
        )
    else:
        given = Path(new) if new is not None else _project_here()
        candidates, left_out, general = _trees(console, given, against, only)
        tree = given if given.is_dir() else None
    tree = root or tree
    console.progress(f"check: judging {counted(len(candidates), 'contract')}")
    everything = check_all(candidates, general=general, left_out=left_out)
    if not everything.contracts:
        raise InputError("there is no contract to check", remedy="name two trees of one project, or loosen --only")
    if sarif is not None:
        from upgrader.reports.sarif import Group

        groups = [Group(one.name, one.findings, one.file) for one in everything.contracts]
        write_sarif(sarif, [Group("", everything.general), *groups], tree)
    return _outcome(everything, _next(everything, (new, against), draw=draw), seen_from(tree), draw=draw)


def _next(everything: "Everything", trees: tuple[str | None, str | None], *, draw: bool) -> str:
    """Return what comes next: of a project that is safe a plan, else a look at the first contract that is not."""
    import shlex

    from upgrader.findings import Verdict
    from upgrader.reports.text import visible

    new, against = trees
    at_fault = next((judged for judged in everything.contracts if judged.verdict is not Verdict.SAFE), None)
    shown = at_fault is not None and at_fault.result is not None  # of one that cannot be read there is nothing to draw
    if at_fault is None and everything.verdict is Verdict.SAFE and new is None:
        return after_safe()
    words = ["upgrader", "check", "--all", *([new] if new else []), *(["--against", against] if against else [])]
    if at_fault is not None and shown and not draw:
        words += ["--only", at_fault.name, "--draw"]
    return visible(shlex.join(words))


def _managed(console: Console, root: Path, against: str | None, only: Sequence[str]) -> Gathered:
    from fnmatch import fnmatchcase

    from upgrader.cli import wiring
    from upgrader.edges.bundle import FolderBundle, bundle_folders
    from upgrader.flows.check_all import dependencies_differ
    from upgrader.flows.managed import managed_pairs, upgrade_of
    from upgrader.flows.pairing import named
    from upgrader.reports.text import counted

    project = wiring.project(root)
    upgrades = [upgrade_of(bundle, bundle.journal()) for bundle in map(FolderBundle, bundle_folders(root))]
    base, tree = _base(root, against)
    pairs = [
        pair
        for pair in managed_pairs(project, upgrades, base=base)
        if not only or any(fnmatchcase(pair.name, pattern) for pattern in only)
    ]
    old_tree: Mapping[str, Described] | None = None
    if tree is not None:
        old_tree = _reader(console, tree, str(against)).read(tree)
    console.progress(f"check: building {counted(len(pairs), 'contract')}")
    builds = _Builds(root, [build for pair in pairs for build in (pair.old, pair.new, pair.proxy) if build is not None])
    general = [dependencies_differ(paths) for commit in sorted(builds.commits) if (paths := _moved(root, commit))]

    def old_side(pair: "Managed") -> "Described | None":
        if old_tree is not None:
            return named(old_tree, pair.runs.reference) or named(old_tree, pair.new.reference)
        return builds.read(pair.old) if pair.old is not None else None

    return tuple(_candidate(pair, old_side, builds) for pair in pairs), (), general


def _candidate(pair: "Managed", old_side: Any, builds: "_Builds") -> "Candidate":
    from upgrader.flows.check_all import Candidate, missing, unreadable

    try:
        old = old_side(pair)
        new = builds.read(pair.new)
        proxy = builds.read(pair.proxy) if pair.proxy is not None else None
    except InputError as error:
        return Candidate(pair.name, None, None, unreadable(pair.name, error))
    if old is None:
        why = pair.why or f"{pair.new.reference} is not in the old tree"
        remedy = "say what runs: --against with a commit, an older checkout or its build-info"
        return Candidate(pair.name, None, new, missing(pair.name, why, remedy))
    return Candidate(pair.name, old, new, proxy=proxy)


class _Builds:
    """The builds of a run, sources of one commit and one compiler compiled together."""

    def __init__(self, root: Path, wanted: Sequence["Build"]) -> None:
        self._root = root
        self._readers: dict[str, SourceReader] = {}
        self._read: dict[Build, Described] = {}
        self.commits = {build.commit for build in wanted if build.commit}
        for commit in ("", *sorted(self.commits)):
            plain = [build for build in dict.fromkeys(wanted) if build.commit == commit and build.solc is None]
            plain = [build for build in plain if not build.compiled_from]
            try:
                found = self._reader(commit).read_all([build.reference for build in plain])
            except InputError:
                # One of them is at fault; each alone says which.
                continue
            self._read |= dict(zip(plain, found, strict=True))

    def read(self, build: "Build") -> "Described":
        """Return one build."""
        from upgrader.build import Artifact
        from upgrader.plan.bytecode import join
        from upgrader.plan.compiler import SolcChoice

        if build not in self._read:
            reader = self._reader(build.commit)
            found = reader.read(build.reference, build.solc)
            if build.compiled_from and isinstance(found, Artifact):
                # Where the source has changed since, the artifact stays what it is: code without a layout.
                with suppress(InputError):
                    found = join(found, reader.artifact(build.compiled_from, build.solc or SolcChoice()))
            self._read[build] = found
        return self._read[build]

    def _reader(self, commit: str) -> "SourceReader":
        from upgrader.cli import wiring
        from upgrader.edges.checkout import checked_out

        if commit not in self._readers:
            folder = checked_out(self._root, commit) if commit else self._root
            self._readers[commit] = wiring.sources(folder)
        return self._readers[commit]


def _project_here() -> Path:
    """Return the present folder; where it holds no sources, the project around it."""
    from upgrader.edges.imports import project_of
    from upgrader.edges.trees import SOURCES

    here = Path.cwd()
    own = any((here / name).is_dir() for name in SOURCES) or any(here.glob("*.sol"))
    return here if own else project_of(here / "x")


def _trees(console: Console, new: Path, against: str, only: Sequence[str]) -> Gathered:
    from upgrader.edges.checkout import checked_out
    from upgrader.edges.trees import sources_in
    from upgrader.edges.vyper import SUFFIX
    from upgrader.flows.check_all import Candidate, dependencies_differ, unreadable, vyper_not_compared
    from upgrader.flows.pairing import paired
    from upgrader.nearest import listed

    reader = _reader(console, new, "what is new" if new.is_absolute() else str(new), tolerant=True)
    reader.expect(new)
    root = new if new.is_dir() else new.parent
    commit, tree = _base(root, against)
    old = tree if tree is not None else checked_out(root, commit)
    # Every contract of the old tree has to be known: one that is not would pass as new.
    before = _reader(console, old, against).read(old)
    after = reader.read(new)
    candidates, left_out = paired(before, after, only)
    known = {candidate.name for candidate in candidates}
    gone = {name for name in known if name.rpartition(":")[0] in reader.faults}
    candidates = tuple(candidate for candidate in candidates if candidate.name not in gone)
    faults = {path: error for path, error in reader.faults.items() if not only or _may_hold(root / path, path, only)}
    candidates += tuple(Candidate(path, None, None, unreadable(path, error)) for path, error in faults.items())
    if not candidates and only:
        raise InputError(
            f"no contract is called {' or '.join(only)[:200]}",
            remedy=f"name one of: {listed(only[0].replace('*', ''), sorted(before.keys() | after.keys()))}",
        )
    paths = _moved(root, commit) if commit else ()
    general = [dependencies_differ(paths)] if paths else []
    if not only and new.is_dir() and (apart := sources_in(new, SUFFIX)):
        general.append(vyper_not_compared(apart))
    return candidates, left_out, general


def _may_hold(file: Path, path: str, only: Sequence[str]) -> bool:
    """Whether a file that does not compile may hold a contract that a pattern asks for."""
    from fnmatch import fnmatchcase

    from upgrader.edges.unfound import undeclared

    for pattern in only:
        place, _, name = pattern.rpartition(":")
        inside = not place or fnmatchcase(path, place)
        named = any(sign in name for sign in "*?[") or undeclared(file, name, pattern) is None
        if fnmatchcase(path, pattern) or (inside and named):
            return True
    return False


def _base(root: Path, against: str | None) -> tuple[str, Path | None]:
    """Return the commit, or the file or folder, that ``--against`` names; neither without it."""
    from upgrader.edges.checkout import commit_named

    if against is None:
        return "", None
    path = Path(against)
    if path.exists():
        return "", path
    commit = commit_named(root, against)
    if commit is None:
        raise InputError(
            "is neither a file, nor a folder, nor a commit of this repository",
            where=against[:400],
            remedy="give a build-info, an older checkout, a branch, a tag or a hash",
        )
    return commit, None


def _reader(console: Console, tree: Path, called: str, *, tolerant: bool = False) -> Any:
    from upgrader.cli import wiring
    from upgrader.edges.trees import Trees
    from upgrader.reports.text import visible

    def say(what: str) -> None:
        console.progress(f"check: {what} of {visible(called, 200)}")

    reader = wiring.sources(tree if tree.is_dir() else tree.parent, judging=True)
    return Trees(reader, tolerant=tolerant, say=say)


def _moved(root: Path, commit: str) -> tuple[str, ...]:
    from upgrader.edges.checkout import moved_dependencies

    return moved_dependencies(root, commit)


def _outcome(everything: "Everything", following: str, place: Callable[[str], str], *, draw: bool) -> Outcome:
    """Return what is told: the worst first, what is silent last and in few lines, and one line for all."""
    from upgrader.findings import Verdict
    from upgrader.reports.compact import compact_lines
    from upgrader.reports.text import counted, visible

    lines: list[str] = compact_lines(everything.general, place)
    silent = [judged for judged in everything.contracts if not judged.findings]
    together = len(silent) > SILENT and not draw
    for judged in everything.contracts:
        if together and not judged.findings:
            continue
        lines.append(f"{SIGNS[judged.verdict.value]} {judged.verdict.value.replace('_', ' ')}  {_title(judged)}")
        lines += drawn(judged.result) if draw and judged.result is not None else []
        lines += compact_lines(judged.findings, place)
    if together:
        lines.append(f"{SIGNS['safe']} safe  {len(silent)} more: {', '.join(map(_title, silent))}")
    if everything.left_out:
        names = ", ".join(visible(name, 80) for name in everything.left_out[:5])
        more = f" and {len(everything.left_out) - 5} more" if len(everything.left_out) > 5 else ""  # noqa: PLR2004 - above
        lines.append(f"left out, as nothing in their code speaks of a proxy (--only judges them): {names}{more}")
    counts = {
        verdict.value: everything.count(verdict) for verdict in (Verdict.SAFE, Verdict.UNSAFE, Verdict.CANNOT_TELL)
    }
    words = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())
    lines.append(f"{counted(len(everything.contracts), 'contract')}: {words}")
    data = {
        "contracts": [_judged_data(judged) for judged in everything.contracts],
        "counts": counts,
        "left_out": [name[:400] for name in everything.left_out],
    }
    return Outcome(data, tuple(lines), everything.findings, everything.verdict, next=following)


def _title(judged: "Judged") -> str:
    from upgrader.reports.text import visible

    name = visible(judged.name, 200)
    if judged.result is None:
        return name
    old, new = (visible(side.contract, 80) for side in (judged.result.old, judged.result.new))
    return f"{name}  ({old} → {new})" if old != new else name


def _judged_data(judged: "Judged") -> dict[str, Any]:
    return {
        "name": judged.name[:400],
        "verdict": judged.verdict.value,
        "findings": [finding_data(finding) for finding in judged.findings],
        **(pair_data(judged.result) if judged.result is not None else {"old": None, "new": None, "changes": []}),
    }
