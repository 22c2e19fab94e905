"""What one run of a compiler produced, as immutable values.

Whatever the input was (sources compiled here, a Foundry or Hardhat build-info, an artifact file, a raw storage
layout, a manifest), everything above this floor sees an :class:`Artifact`: one contract, with what is known of it
and None for what is not.  Readers of formats live in ``layout/formats``; compilers in ``edges``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from upgrader.units import Hash32, keccak

RUNTIME_LIMIT: Final = 24_576
"""Bytes of deployed code that a chain accepts. Source: https://eips.ethereum.org/EIPS/eip-170"""

CREATION_LIMIT: Final = 49_152
"""Bytes of creation code, constructor arguments included. Source: https://eips.ethereum.org/EIPS/eip-3860"""

Ast: TypeAlias = Mapping[str, Any]
"""A node of solc's compact JSON AST, as parsed."""


@dataclass(frozen=True, slots=True)
class CompilerSettings:
    """Which compiler, and everything that changes its output.

    Attributes:
        version: ``0.8.37``; empty when unknown.
        language: ``Solidity``, ``Yul`` or ``Vyper``.
        settings: The standard-JSON ``settings`` object.
    """

    version: str = ""
    language: str = "Solidity"
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Bytecode:
    """Code as the compiler emitted it, with the places that are filled in later.

    Attributes:
        code: The bytes; zero where a library address or an immutable belongs.
        links: Library ``source:Name`` -> byte offsets of its twenty-byte address.
        immutables: AST id of the variable (as text) -> ``(offset, length)`` of each place; runtime code only.
    """

    code: bytes
    links: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: MappingProxyType({}))
    immutables: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def digest(self) -> Hash32:
        """Keccak-256 of the code with its places still zero."""
        return keccak(self.code)


@dataclass(frozen=True, slots=True)
class Artifact:
    """One contract of a build.

    Attributes:
        source: Path of its source unit as the compiler saw it; empty when unknown.
        name: Contract name.
        compiler: Version and settings.
        abi: The JSON ABI, or None.
        creation: Creation code, or None.
        runtime: Runtime code, or None.
        storage_layout: solc's ``storageLayout`` object as parsed JSON, or None.
        transient_layout: solc's ``transientStorageLayout``, or None (compilers before 0.8.27 have none).
        asts: Every AST of the same compiler run by source path (so that bases and libraries resolve), or empty.
        texts: Source texts by path, for line numbers and annotations; empty when unknown.
        origin: What was read, in words, for messages: a path, a file and key, an address.
    """

    source: str
    name: str
    compiler: CompilerSettings = field(default_factory=CompilerSettings)
    abi: tuple[Mapping[str, Any], ...] | None = None
    creation: Bytecode | None = None
    runtime: Bytecode | None = None
    storage_layout: Mapping[str, Any] | None = None
    transient_layout: Mapping[str, Any] | None = None
    asts: Mapping[str, Ast] = field(default_factory=lambda: MappingProxyType({}))
    texts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    origin: str = ""

    @property
    def qualified(self) -> str:
        """``path.sol:Name``, the form every command accepts."""
        return f"{self.source}:{self.name}" if self.source else self.name

    def fits(self, *, spare: int = 0) -> bool:
        """Whether what is known of its code stays within both limits with ``spare`` bytes more."""
        sizes = ((self.runtime, RUNTIME_LIMIT), (self.creation, CREATION_LIMIT))
        return all(bytecode is None or len(bytecode.code) + spare <= limit for bytecode, limit in sizes)
