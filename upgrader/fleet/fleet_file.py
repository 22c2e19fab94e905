"""The format of ``networks/<name>.fleet.toml``.

::

    [fleet]
    network = "sepolia"
    max_lag = 3

    [[node]]
    name = "rpc-1"
    role = "rpc"
    el = { client = "geth", rpc = "http://10.0.0.1:8545", want = "1.17.7" }
    cl = { client = "lighthouse", api = "https://beacon.example/${BEACON_KEY}", want = "8.3.0" }

Addresses may name environment variables as ``${NAME}``, so that the file needs no secret.  These classes mirror the
file key by key; pydantic validates them at the border, and a key that no table has is an error.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from upgrader.errors import InputError
from upgrader.fleet.clients._base import FAMILY, Client, named
from upgrader.fleet.evidence import Layer
from upgrader.fleet.fleet import CONCURRENCY, MAX_LAG, MIN_PEERS, TIMEOUT, Endpoint, Fleet, Half, Node, Policy
from upgrader.fleet.version import Version, parse
from upgrader.units import WORD, ChainId, Hash32, Seconds, seconds

STRICT: Final = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
"""``__pydantic_config__`` of every table: unknown keys are errors."""

NODES: Final = 10_000
"""Most nodes of one fleet."""

_ADDRESS: Final = re.compile(r"https?://[^\s/?#]+[^\s]*")
_FROM_ENVIRONMENT: Final = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}[^\s]*")
"""An address whose scheme and host a variable holds; :func:`http` checks it once the variable is read."""


def http(text: str) -> str:
    """Return an HTTP address as it is.

    Raises:
        ValueError: It is none.
    """
    if not _ADDRESS.fullmatch(text):
        raise ValueError("must be an address like http://10.0.0.1:8545 (for a ws:// endpoint, its http:// twin)")
    return text


def _http_or_variable(text: str) -> str:
    return text if _FROM_ENVIRONMENT.fullmatch(text) else http(text)


def _client_of(layer: Layer) -> BeforeValidator:
    def find(text: object) -> Client:
        client = named(text) if isinstance(text, str) else None
        if client is None or client.layer is not layer:
            known = ", ".join(sorted(c.name for c in FAMILY.members() if c.layer is layer))
            raise ValueError(f"is no known {layer.value} client; known are {known}")
        return client

    return BeforeValidator(find)


def _version(text: object) -> Version:
    version = parse(text) if isinstance(text, str) else None
    if version is None:
        raise ValueError('must be a version like "1.17.7"')
    return version


def _duration(text: Any) -> Seconds:
    try:
        return seconds(text)
    except InputError as error:
        raise ValueError(f"{error.message}; {error.remedy}") from error


def _hash(text: object) -> bytes:
    digits = text[2:] if isinstance(text, str) and text.startswith("0x") else ""
    if not re.fullmatch(r"[0-9a-fA-F]{64}", digits):
        raise ValueError(f"must be 0x and {WORD * 2} hex digits")
    return bytes.fromhex(digits)


Address = Annotated[str, AfterValidator(_http_or_variable)]
Duration = Annotated[int, BeforeValidator(_duration), Field(ge=1, le=86_400 * 365)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Network = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Word = Annotated[str, Field(max_length=64)]


@dataclass(frozen=True, slots=True)
class FleetTable:
    """``[fleet]``."""

    __pydantic_config__ = STRICT
    network: Network
    chain_id: Annotated[int, Field(strict=True, ge=1, lt=2**256)] | None = None
    genesis_hash: Annotated[bytes, BeforeValidator(_hash)] | None = None
    max_lag: Annotated[int, Field(strict=True, ge=0)] = MAX_LAG
    min_peers: Annotated[int, Field(strict=True, ge=0)] = MIN_PEERS
    max_head_age: Duration | None = None
    timeout: Duration = TIMEOUT
    concurrency: Annotated[int, Field(strict=True, ge=1, le=1000)] = CONCURRENCY


@dataclass(frozen=True, slots=True)
class ExecutionTable:
    """``el = { … }``."""

    __pydantic_config__ = STRICT
    rpc: Address
    client: Annotated[Client, _client_of(Layer.EXECUTION)] | None = None
    want: Annotated[Version, BeforeValidator(_version)] | None = None


@dataclass(frozen=True, slots=True)
class ConsensusTable:
    """``cl = { … }``."""

    __pydantic_config__ = STRICT
    api: Address
    client: Annotated[Client, _client_of(Layer.CONSENSUS)] | None = None
    want: Annotated[Version, BeforeValidator(_version)] | None = None


@dataclass(frozen=True, slots=True)
class NodeTable:
    """``[[node]]``."""

    __pydantic_config__ = STRICT
    name: Name
    role: Word = ""
    zone: Word = ""
    el: ExecutionTable | None = None
    cl: ConsensusTable | None = None

    def __post_init__(self) -> None:
        if self.el is None and self.cl is None:
            raise ValueError("a node needs el = { rpc = … }, cl = { api = … } or both")


@dataclass(frozen=True, slots=True)
class FleetFile:
    """The whole file."""

    __pydantic_config__ = STRICT
    fleet: FleetTable
    node: Annotated[list[NodeTable], Field(min_length=1, max_length=NODES)]

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for table in self.node:
            if table.name in seen:
                raise ValueError(f"two nodes are called {table.name}")
            seen.add(table.name)

    def resolved(self, resolve: Callable[[str, tuple[str | int, ...]], Endpoint]) -> Fleet:
        """Return the domain's fleet.

        Args:
            resolve: Fills the variables of an address, given the address and its place in the file.
        """
        return Fleet(
            network=self.fleet.network,
            nodes=tuple(_node(table, index, resolve) for index, table in enumerate(self.node)),
            chain_id=ChainId(self.fleet.chain_id) if self.fleet.chain_id else None,
            genesis_hash=Hash32(self.fleet.genesis_hash) if self.fleet.genesis_hash else None,
            policy=Policy(
                max_lag=self.fleet.max_lag,
                min_peers=self.fleet.min_peers,
                max_head_age=Seconds(self.fleet.max_head_age) if self.fleet.max_head_age else None,
                timeout=Seconds(self.fleet.timeout),
                concurrency=self.fleet.concurrency,
            ),
        )


def _node(table: NodeTable, index: int, resolve: Callable[[str, tuple[str | int, ...]], Endpoint]) -> Node:
    execution = consensus = None
    if table.el is not None:
        endpoint = resolve(table.el.rpc, ("node", index, "el", "rpc"))
        execution = Half(Layer.EXECUTION, endpoint, table.el.client, table.el.want)
    if table.cl is not None:
        endpoint = resolve(table.cl.api, ("node", index, "cl", "api"))
        consensus = Half(Layer.CONSENSUS, endpoint, table.cl.client, table.cl.want)
    return Node(table.name, execution, consensus, table.role, table.zone)
