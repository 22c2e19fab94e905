"""``eth_config``: the rules that an execution node runs now, next and last.

Source: https://eips.ethereum.org/EIPS/eip-7910.  The answer holds whole configurations, each with the fork id that
EIP-6122 gives at its activation, so one matching id proves every fork up to it.  What it does not prove are the blob
limits, which the fork id leaves out; they are compared too.  Nodes may lie, and whole releases answer wrongly
(``fleet/clients`` records which), so this is one piece of evidence among several.
"""

import json
from dataclasses import dataclass
from typing import Any, Final

from upgrader.forks.agreement import Agreement, Standing
from upgrader.forks.criteria import ByTimestamp
from upgrader.forks.fork_id import fork_hash_at
from upgrader.forks.schedule import BlobLimits, Fork, ForkSchedule
from upgrader.forks.untrusted import Malformed, fixed_bytes, integer, mapping
from upgrader.units import ChainId, Timestamp

MEMBERS: Final = 256
"""Most precompiles, and most system contracts, that are read; Prague has seventeen and five."""

NAME: Final = 100
"""Most characters of a precompile's or system contract's name."""


@dataclass(frozen=True, slots=True)
class ForkConfig:
    """The rules of one fork, as a node has them.

    Attributes:
        activation: When they apply from; zero when from genesis.
        chain_id: The node's chain id.
        fork_id: FORK_HASH at the activation; None where an early implementation left it out.
        blobs: Blob limits; None when the node gives none.
        precompiles: Name -> address (lower-case hex), sorted by name.
        system_contracts: The same for system contracts.
    """

    activation: Timestamp
    chain_id: ChainId
    fork_id: bytes | None
    blobs: BlobLimits | None
    precompiles: tuple[tuple[str, str], ...]
    system_contracts: tuple[tuple[str, str], ...]

    def canonical(self) -> str:
        """Return a text that is equal for equal rules, whatever the order and case in which a node wrote them."""
        return json.dumps(
            {
                "activationTime": self.activation,
                "blobSchedule": [self.blobs.target, self.blobs.maximum, self.blobs.fraction] if self.blobs else None,
                "chainId": self.chain_id,
                "forkId": self.fork_id.hex() if self.fork_id else None,
                "precompiles": self.precompiles,
                "systemContracts": self.system_contracts,
            },
            sort_keys=True,
        )


@dataclass(frozen=True, slots=True)
class EthConfig:
    """A whole answer.

    Attributes:
        current: Rules at the node's head.
        next: Rules of the next fork; None when the node knows of none.
        last: Rules of the last fork that the node knows; None when it knows of none to come.
    """

    current: ForkConfig
    next: ForkConfig | None
    last: ForkConfig | None

    @property
    def entries(self) -> tuple[ForkConfig, ...]:
        """The configurations that are there, in order."""
        return tuple(entry for entry in (self.current, self.next, self.last) if entry is not None)


def parse(answer: Any) -> EthConfig | Malformed:
    """Read the ``result`` of ``eth_config``; unknown members are ignored, as some clients add their own."""
    try:
        members = mapping(answer, "eth_config", 64)
        current = _fork_config(members.get("current"), "current")
        following = _fork_config(members.get("next"), "next")
        last = _fork_config(members.get("last"), "last")
    except ValueError as error:
        return Malformed(str(error))
    if current is None:
        return Malformed("eth_config has no current configuration")
    return EthConfig(current, following, last)


def agreement(config: EthConfig, schedule: ForkSchedule, fork: Fork) -> Agreement:
    """Say whether a node's configuration has ``fork`` as the schedule has it."""
    if fork.timestamp is None:
        return Agreement(Standing.SILENT, f"eth_config tells time, and {fork.name} is at {fork.criterion}")
    known = [entry for entry in config.entries if _is_in(schedule, entry.activation)]
    for entry in (e for e in known if e.activation >= fork.timestamp):
        if entry.fork_id is not None and entry.fork_id == fork_hash_at(schedule, entry.activation):
            return _with_blobs(entry, schedule)
    for entry in known:
        expected = fork_hash_at(schedule, entry.activation)
        if entry.fork_id is not None and entry.fork_id != expected:
            said = f"forkId 0x{entry.fork_id.hex()} at {entry.activation}, expected 0x{expected.hex()}"
            return Agreement(Standing.DIFFERS, said)
    return _by_dates(config, fork, fork.timestamp)


def unknown_forks(config: EthConfig, schedule: ForkSchedule) -> tuple[Timestamp, ...]:
    """Return the activation times that the node knows and the schedule lacks: the data may be out of date."""
    return tuple(sorted({e.activation for e in config.entries if not _is_in(schedule, e.activation)}))


def _by_dates(config: EthConfig, fork: Fork, when: Timestamp) -> Agreement:
    """Judge by activation times alone, no fork id having settled it."""
    if any(entry.activation == when for entry in config.entries):
        return Agreement(Standing.SILENT, "the configuration carries no forkId")
    if config.current.activation > when:
        return Agreement(Standing.SILENT, f"the rules since {config.current.activation} are not in the schedule")
    if config.next is None:
        return Agreement(Standing.LACKS, f"no fork after the one at {config.current.activation}")
    if config.next.activation > when:
        said = f"the next fork is at {config.next.activation}, after {fork.name} at {when}"
        return Agreement(Standing.DIFFERS, said)
    last = config.last or config.next
    if last.activation < when:
        return Agreement(Standing.LACKS, f"the last fork is at {last.activation}, before {fork.name} at {when}")
    return Agreement(Standing.SILENT, f"the last fork, at {last.activation}, is not in the schedule")


def _with_blobs(entry: ForkConfig, schedule: ForkSchedule) -> Agreement:
    expected = schedule.blobs_at(entry.activation)
    if expected and entry.blobs and entry.blobs != expected:
        return Agreement(
            Standing.DIFFERS,
            f"the forkId matches, but blobs {_blobs(entry.blobs)}, expected {_blobs(expected)}",
        )
    return Agreement(Standing.KNOWS, f"forkId 0x{(entry.fork_id or b'').hex()} at {entry.activation}")


def _blobs(limits: BlobLimits) -> str:
    return f"{limits.target}/{limits.maximum}/{limits.fraction}"


def _is_in(schedule: ForkSchedule, activation: Timestamp) -> bool:
    """Return whether an activation time is one of the schedule's, genesis included."""
    if activation <= schedule.genesis_time:
        return True
    return any(ByTimestamp(activation) == fork.criterion for fork in schedule.forks)


def _fork_config(value: Any, what: str) -> ForkConfig | None:
    if value is None:
        return None
    members = mapping(value, what, 64)
    identity = members.get("forkId")
    return ForkConfig(
        activation=Timestamp(integer(members.get("activationTime"), f"{what}.activationTime")),
        chain_id=ChainId(integer(members.get("chainId"), f"{what}.chainId", 2**256 - 1)),
        fork_id=None if identity is None else fixed_bytes(identity, 4, f"{what}.forkId"),
        blobs=_blob_limits(members.get("blobSchedule"), f"{what}.blobSchedule"),
        precompiles=_addresses(members.get("precompiles"), f"{what}.precompiles"),
        system_contracts=_addresses(members.get("systemContracts"), f"{what}.systemContracts"),
    )


def _blob_limits(value: Any, what: str) -> BlobLimits | None:
    if value is None:
        return None
    members = mapping(value, what, 16)
    return BlobLimits(
        target=integer(members.get("target"), f"{what}.target"),
        maximum=integer(members.get("max"), f"{what}.max"),
        fraction=integer(members.get("baseFeeUpdateFraction"), f"{what}.baseFeeUpdateFraction"),
    )


def _addresses(value: Any, what: str) -> tuple[tuple[str, str], ...]:
    if value is None:
        return ()
    members = mapping(value, what, MEMBERS)
    if any(len(name) > NAME for name in members):
        raise ValueError(f"{what} has a name longer than {NAME} characters")
    found = {name: fixed_bytes(where, 20, f"{what}.{name[:40]}").hex() for name, where in members.items()}
    return tuple(sorted((name, f"0x{where}") for name, where in found.items()))
