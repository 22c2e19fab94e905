"""Data of the commands that meet the live chain: deploying, scheduling, executing, cancelling, verifying, status."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Implementation:
    """One implementation.

    Attributes:
        contract: Name under management.
        address: Where it is, or will be.
        present: Whether it is there.
        problem: How its code differs from the build; empty for not at all.
        immutables: Name -> value.
    """

    contract: str
    address: str
    present: bool
    problem: str
    immutables: dict[str, str]


@dataclass(frozen=True, slots=True)
class Deployed:
    """What ``deploy`` did and found.

    Attributes:
        executed: Whether anything was sent.
        implementations: In the plan's order.
    """

    executed: bool
    implementations: list[Implementation]


@dataclass(frozen=True, slots=True)
class Sent:
    """What ``schedule``, ``execute`` or ``cancel`` shows or sent; the last five only with ``--execute``.

    Attributes:
        step: The command.
        to: Address.
        value: Wei, decimal.
        data: Calldata.
        sent: Whether it was sent.
        transaction: Hash.
        block: Number of its block.
        gas_used: By it.
        stage: Where the upgrade stands now.
        ready_at: Unix time from which it may be executed; null where nothing waits.
    """

    step: str
    to: str
    value: str
    data: str
    sent: bool
    transaction: str = ""
    block: int = 0
    gas_used: int = 0
    stage: str = ""
    ready_at: int | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """What ``verify`` found.

    Attributes:
        verified: Whether the chain is as the plan wanted it.
        problems: What is not.
    """

    verified: bool
    problems: list[str]


@dataclass(frozen=True, slots=True)
class Stands:
    """What ``status`` found; of an upgrade that is not planned yet only the stage.

    Attributes:
        stage: Where the upgrade stands.
        signatures: How many there are.
        threshold: How many are needed; null without a Safe.
        missing: Owners who did not sign.
        ready_at: Unix time from which it may be executed; null where nothing waits.
        seconds_left: Until then.
        undeployed: Contracts whose implementation is not there.
        drift: What changed on the chain since the plan.
    """

    stage: str
    signatures: int = 0
    threshold: int | None = None
    missing: list[str] | None = None
    ready_at: int | None = None
    seconds_left: int | None = None
    undeployed: list[str] | None = None
    drift: list[str] | None = None
