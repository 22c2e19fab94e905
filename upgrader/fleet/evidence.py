"""What speaks for and against a node's being ready for a fork."""

from dataclasses import dataclass
from enum import StrEnum


class Layer(StrEnum):
    """The two halves of a node."""

    EXECUTION = "execution"
    CONSENSUS = "consensus"


class Kind(StrEnum):
    """Where a piece of evidence comes from."""

    ETH_CONFIG = "eth_config"
    """The execution node's configuration (EIP-7910)."""

    FORK_SCHEDULE = "fork_schedule"
    """The consensus node's list of fork versions."""

    SPEC = "spec"
    """The consensus node's configuration."""

    VERSION = "version"
    """The client's release, compared with the first one that knows the fork."""

    HEAD = "head"
    """How far the node has followed the chain, for forks that have come."""


class Standing(StrEnum):
    """What one piece of evidence says of one fork."""

    KNOWS = "knows"
    LACKS = "lacks"
    DIFFERS = "differs"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One statement about one layer of a node.

    Attributes:
        layer: Which half of the node it is about.
        kind: Where it comes from.
        standing: What it says.
        detail: The figures, in a sentence that may quote the node.
    """

    layer: Layer
    kind: Kind
    standing: Standing
    detail: str
