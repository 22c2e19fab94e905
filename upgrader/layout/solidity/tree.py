"""One compiler run's ASTs, walked once, and the questions about storage that ``storageLayout`` leaves open.

They are questions about references: does any code name this array (or is it a gap), which library functions can this
contract reach, which constant does this assembly block read.

Builtins have ids too: solc writes them negative, its wasm build as 4294967266 and the like.  Neither is the id of a
declaration, so both are simply not found.

Source: https://docs.soliditylang.org/en/latest/using-the-compiler.html#output-description (``ast``)
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import Any

from upgrader.build import Artifact, Ast
from upgrader.errors import InputError
from upgrader.layout.solidity.values import Value
from upgrader.layout.solidity.walk import OWNERS, Walk


class Tree(Walk):
    """The ASTs of one compiler run.

    Args:
        asts: ASTs by path.
        texts: Sources by path.

    Attributes:
        constants: Values of constants, as they were evaluated.
        accesses: What each assembly block reaches, by the block's identity, as it was found.
        evaluations: How many expressions were, to stop what would not end.
        dispatched: How many calls of virtual functions were: what they come to holds for one contract only.
    """

    def __init__(self, asts: Mapping[str, Ast], texts: Mapping[str, str]) -> None:
        super().__init__(asts)
        self.texts = texts
        self.constants: dict[int, Value] = {}
        self.accesses: dict[int, tuple[Any, ...]] = {}
        self.evaluations = 0
        self.dispatched = 0
        self._overriding: Mapping[int, Mapping[str, Any]] = {}
        self._overrides: dict[int, Mapping[int, Mapping[str, Any]]] = {}
        self._reachable: dict[int, set[int]] = {}
        self._leads: dict[int, tuple[int, ...]] = {}
        self._lines: dict[str, list[int]] = {}
        self._encoded: dict[str, bytes] = {}

    def lineage(self, contract: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Return a contract and its bases, most basic first: the order of their storage."""
        found = (self.declarations.get(number) for number in reversed(contract.get("linearizedBaseContracts", ())))
        return [base for base in found if base is not None]

    def reachable(self, contract: Mapping[str, Any]) -> set[int]:
        """Return the owners whose code runs in a contract's storage: its bases', and what those lead to.

        References lead on through libraries, free functions and types; what another contract does when it is called,
        it does in its own storage.
        """
        known = self._reachable.get(contract["id"])
        if known is not None:
            return known
        lineage = self.lineage(contract)
        home = {base["id"] for base in lineage}
        pending = [node["id"] for base in lineage for node in base.get("nodes", ()) if node.get("nodeType") in OWNERS]
        found: set[int] = set()
        while pending:
            owner = pending.pop()
            if owner in found or not self._runs_in(home, self.declarations[owner]):
                continue
            found.add(owner)
            pending += self._led_to(owner)
        self._reachable[contract["id"]] = found
        return found

    def _led_to(self, owner: int) -> tuple[int, ...]:
        """Return the owners that an owner's code refers to, or that what it refers to stands in."""
        known = self._leads.get(owner)
        if known is None:
            named = self.references.get(owner, ())
            inside = {number if number in self.references else self.owners.get(number) for number in named}
            known = self._leads[owner] = tuple(number for number in inside if number is not None)
        return known

    @contextmanager
    def running(self, contract: Mapping[str, Any]) -> Iterator[None]:
        """Evaluate, inside, calls of virtual functions as a contract's code runs them."""
        known = self._overrides.get(contract["id"])
        if known is None:
            known = self._overrides[contract["id"]] = dict(self._overridden(contract))
        self._overriding = known
        try:
            yield
        finally:
            self._overriding = {}

    def _overridden(self, contract: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Yield each function with one that overrides it in a contract, the most derived last."""
        for base in self.lineage(contract):
            for function in base.get("nodes", ()):
                pending = list(function.get("baseFunctions") or ())
                while pending:
                    overridden = pending.pop()
                    yield overridden, function
                    pending += (self.node(overridden) or {}).get("baseFunctions") or ()

    def overriding(self, function: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the function that runs where ``function`` is called: it, or the last that overrides it."""
        self.dispatched += bool(function.get("virtual"))
        return self._overriding.get(function.get("id", -1), function)

    @cached_property
    def callers(self) -> Mapping[int, list[tuple[int, Mapping[str, Any]]]]:
        """The calls of each declaration: the owner whose code calls, in the order of ids, and the node."""
        found: dict[int, list[tuple[int, Mapping[str, Any]]]] = {}
        for owner in sorted(self.calls):
            for call in self.calls[owner]:
                target = (call.get("expression") or {}).get("referencedDeclaration")
                if isinstance(target, int):
                    found.setdefault(target, []).append((owner, call))
        return found

    def place(self, node: Mapping[str, Any]) -> str:
        """Return ``file:line`` of a declaration; empty when the source text is not known."""
        path, start = self.paths.get(node.get("id", -1), ""), _start(node)
        if path not in self.texts or start is None:
            return path
        if path not in self._lines:
            lengths = (len(line) + 1 for line in self._bytes(path).split(b"\n"))
            self._lines[path] = [-1, *(end - 1 for end in accumulate(lengths))][:-1]
        return f"{path}:{bisect_right(self._lines[path], start - 1) or 1}"

    def text_before(self, node: Mapping[str, Any], limit: int = 4_000) -> str:
        """Return the source text in front of a declaration, where its comments are."""
        path, start = self.paths.get(node.get("id", -1), ""), _start(node)
        if path not in self.texts or start is None:
            return ""
        return self._bytes(path)[max(0, start - limit) : start].decode("utf-8", "replace")

    def _runs_in(self, home: set[int], owner: Mapping[str, Any]) -> bool:
        scope = self.node(owner.get("scope"))
        if scope is None or scope["nodeType"] != "ContractDefinition" or scope["id"] in home:
            return True
        return (
            scope.get("contractKind") == "library"
            or owner["nodeType"] == "StructDefinition"
            or bool(owner.get("constant"))
        )

    def _bytes(self, path: str) -> bytes:
        """Source positions count bytes, not characters."""
        if path not in self._encoded:
            self._encoded[path] = self.texts[path].encode("utf-8", "replace")
        return self._encoded[path]


def tree_of(artifact: Artifact) -> Tree | None:
    """Return the tree of an artifact's compiler run, walked once for all artifacts of the run; None without AST.

    Raises:
        InputError: An AST does not have the form that solc gives it.
    """
    if not artifact.asts:
        return None
    with reading_ast(artifact):
        return _cached(_Run(artifact.asts, artifact.texts))


@contextmanager
def reading_ast(artifact: Artifact) -> Iterator[None]:
    """Turn what goes wrong while an AST is read into an error about that AST.

    solc's own output never gets here (the corpora in the tests are the proof); a broken or forged AST does.

    Raises:
        InputError: An AST does not have the form that solc gives it.
    """
    try:
        yield
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise InputError(
            f"the AST of {artifact.qualified} cannot be read ({type(error).__name__})",
            where=artifact.origin,
            remedy="give the sources, or compile them again; an AST fresh from solc that fails is worth a report",
        ) from error


class _Run:
    """A compiler run as a cache key: the same ASTs, not equal ones (comparing them would cost a walk)."""

    def __init__(self, asts: Mapping[str, Ast], texts: Mapping[str, str]) -> None:
        self.asts, self.texts = asts, texts
        self.key = (frozenset(map(id, asts.values())), frozenset(map(id, texts.values())))

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Run) and self.key == other.key


@lru_cache(maxsize=4)
def _cached(run: _Run) -> Tree:
    return Tree(run.asts, run.texts)


def _start(node: Mapping[str, Any]) -> int | None:
    start = str(node.get("src", "")).split(":", 1)[0]
    return int(start) if start.isdecimal() and len(start) < 10 else None  # noqa: PLR2004
