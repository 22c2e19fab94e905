"""The family of upgrade-safety rules: what a rule is given, and how it answers.

A rule is one module whose docstring is its page in the catalogue.  It registers one function that takes a
:class:`Case` and yields findings, and lists the codes it can give in ``CODES``.  A rule works with what is there:
it returns nothing where what it needs is missing, and names in ``NEEDS`` what that is, so that
``code-unjudged`` can say which rules had nothing to look at.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from upgrader.build import Artifact, Ast
from upgrader.calls import abi_signature, selector
from upgrader.checks.code._ast import Contract, contract_of, documentation
from upgrader.checks.code._opcodes import Opcodes, opcodes_of
from upgrader.findings import Finding, Severity
from upgrader.registry import Family

UPGRADE_TO_AND_CALL: Final = "upgradeToAndCall(address,bytes)"
UPGRADE_TO: Final = "upgradeTo(address)"
PROXIABLE_UUID: Final = "proxiableUUID()"
"""Source: https://eips.ethereum.org/EIPS/eip-1822, OpenZeppelin's UUPSUpgradeable."""


@dataclass(frozen=True, slots=True)
class CodePair:
    """An implementation that a proxy shall take, and what is known of that proxy.

    Attributes:
        new: The implementation to judge.
        old: The implementation that the proxy runs now; None for a first deployment.
        proxy_kind: ``uups``, ``transparent``, ``beacon``; None when unknown.
        initialized: ``_initialized`` on the live proxy; None when unknown.
        call: Calldata that the upgrade runs on the proxy; None when unknown, empty for none.
        proxy: The proxy's own code, for selector clashes; None takes the functions of its kind.
        old_code: Runtime code of what the proxy runs, immutables filled in; None when unknown.
        new_code: Runtime code of what it shall run, immutables filled in; None when unknown.
        arrived: Names of the variables that have no old value, from comparing both layouts; None where they were not.
    """

    new: Artifact
    old: Artifact | None = None
    proxy_kind: str | None = None
    initialized: int | None = None
    call: bytes | None = None
    proxy: Artifact | None = None
    old_code: bytes | None = None
    new_code: bytes | None = None
    arrived: frozenset[str] | None = None


class Code:
    """One side of a pair, with what is derived from it kept.

    Args:
        artifact: The side.
        deployed: Its code on the chain, immutables filled in; None when unknown.
    """

    def __init__(self, artifact: Artifact, deployed: bytes | None = None) -> None:
        self.artifact = artifact
        self.deployed = deployed

    @property
    def name(self) -> str:
        """The contract's name."""
        return self.artifact.name

    @cached_property
    def contract(self) -> Contract | None:
        """The contract in its AST; None without one."""
        return contract_of(self.artifact)

    @cached_property
    def opcodes(self) -> Opcodes | None:
        """What the runtime code can reach; None without code."""
        runtime = self.artifact.runtime
        return opcodes_of(runtime.code) if runtime is not None and runtime.code else None

    @cached_property
    def functions(self) -> Mapping[str, Mapping[str, Any]]:
        """ABI functions by signature; empty without an ABI."""
        entries = (entry for entry in self.artifact.abi or () if entry.get("type") == "function")
        return MappingProxyType({abi_signature(entry): entry for entry in entries})

    @property
    def interface_known(self) -> bool:
        """Whether :meth:`answers` can say no."""
        return self.artifact.abi is not None or self.opcodes is not None

    def answers(self, signature: str) -> bool:
        """Whether it has a function, by its ABI, else by the selectors in its code."""
        if self.artifact.abi is not None:
            return signature in self.functions
        return self.opcodes is not None and selector(signature) in self.opcodes.words

    @cached_property
    def is_uups(self) -> bool:
        """Whether it can upgrade the proxy that runs it."""
        upgrades = self.answers(UPGRADE_TO_AND_CALL) or self.answers(UPGRADE_TO)
        if self.answers(PROXIABLE_UUID):
            return upgrades
        return upgrades and self.contract is not None and bool(self.contract.named("_authorizeUpgrade"))

    def place(self, node: Ast, definition: Ast | None = None) -> str:
        """Return ``path:line`` of a node, or its path where the source text is unknown.

        Args:
            node: Where.
            definition: The declaration that the node stands in; None when it is one itself.
        """
        if self.contract is None:
            return ""
        path = self.contract.program.path_of(definition or node)
        text = self.artifact.texts.get(path)
        begin = str(node.get("src", "")).split(":", 1)[0]
        if text is None or not begin.isdigit():
            return path
        before = text.encode("utf-8", "replace")[: int(begin)]  # solc counts bytes, not characters
        line = before.count(b"\n") + 1
        return f"{path}:{line}"


class Case:
    """What a rule is given.

    Args:
        pair: The question.
    """

    def __init__(self, pair: CodePair) -> None:
        self.pair = pair
        self.new = Code(pair.new, pair.new_code)
        self.old = Code(pair.old, pair.old_code) if pair.old is not None else None

    @cached_property
    def old_contract(self) -> Contract | None:
        """The old contract in its AST, if there is one."""
        return self.old.contract if self.old is not None else None

    @cached_property
    def is_uups(self) -> bool:
        """Whether the new implementation carries the upgrade function itself."""
        return self.new.is_uups

    def finding(  # noqa: PLR0913 - the fields of a finding
        self,
        code: str,
        severity: Severity,
        member: str,
        message: str,
        remedy: str,
        *,
        at: str = "",
        judged: bool = True,
        evidence: Mapping[str, str] = MappingProxyType({}),
    ) -> Finding:
        """Return a finding about the new implementation.

        Args:
            code: The stable code.
            severity: How much it weighs.
            member: The function or variable; empty for the contract as a whole.
            message: One sentence.
            remedy: What to do.
            at: ``path:line``; empty when unknown.
            judged: False when it could not be told.
            evidence: Further facts.
        """
        subject = f"{self.new.name}.{member}" if member else self.new.name
        facts = {**({"at": at} if at else {}), **evidence}
        return Finding(code, severity, subject, message, remedy, MappingProxyType(facts), judged)


Judge: TypeAlias = Callable[[Case], Iterable[Finding]]

FAMILY: Family[Judge] = Family(__package__ or "upgrader.checks.code")


def acknowledged(code: str, *nodes: Ast | None) -> bool:
    """Whether one of the nodes carries ``@custom:oz-upgrades-unsafe-allow`` for ``code``.

    Source: https://docs.openzeppelin.com/upgrades-plugins/faq#how-can-i-disable-checks
    """
    return any(code in _words(node, "oz-upgrades-unsafe-allow") for node in nodes if node is not None)


def acknowledged_reachable(code: str, *nodes: Ast | None) -> bool:
    """Whether one of the nodes carries ``@custom:oz-upgrades-unsafe-allow-reachable`` for ``code``."""
    return any(code in _words(node, "oz-upgrades-unsafe-allow-reachable") for node in nodes if node is not None)


def said_to_be_initializer(function: Ast) -> bool:
    """Whether a function carries ``@custom:oz-upgrades-validate-as-initializer``.

    Source: https://docs.openzeppelin.com/upgrades-plugins/api-core#define-upgradeable-contracts
    """
    return "@custom:oz-upgrades-validate-as-initializer" in documentation(function).split()


def _words(node: Ast, tag: str) -> frozenset[str]:
    words: set[str] = set()
    for part in documentation(node).split("@custom:")[1:]:
        name, *rest = part.split("@", 1)[0].split() or [""]
        if name == tag:
            words.update(rest)
    return frozenset(words)
