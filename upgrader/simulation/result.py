"""What a simulated upgrade did: facts only; ``checks/outcome`` decides what they mean.

Everything here is text, numbers or hex, because it is written to ``evidence/simulation.json`` and shown to people:
the values come from a chain and stay untrusted until they are printed through :func:`upgrader.reports.text.visible`.
"""

from dataclasses import dataclass
from typing import Literal

from upgrader.plan.reading import STRICT


@dataclass(frozen=True, slots=True)
class Event:
    """One log of a step: ``name(arguments)`` where the ABI knows it, else its first topic."""

    __pydantic_config__ = STRICT
    address: str
    text: str


@dataclass(frozen=True, slots=True)
class CallNode:
    """One frame of the execution's call tree, in depth-first order.

    Attributes:
        depth: 0 for the outermost call.
        kind: CALL, DELEGATECALL, STATICCALL, CREATE or CREATE2.
        sender: Address.
        to: Address.
        label: What is called, decoded where an ABI knows it.
        value: Wei, as text.
        failed: Whether this frame reverted.
    """

    __pydantic_config__ = STRICT
    depth: int
    kind: str
    sender: str
    to: str
    label: str
    value: str = "0"
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One transaction of the governance path.

    Attributes:
        name: ``deploy``, ``approve``, ``schedule``, ``execute early``, ``execute``.
        sender: Who sent it.
        to: Who was called.
        label: In words.
        succeeded: Whether it did what the step is for; for ``execute early`` that means it was refused.
        gas_used: Of the transaction; 0 for one that was refused.
        timestamp: Block time.
        detail: Why it failed or was refused, decoded; empty otherwise.
        events: Its logs.
    """

    __pydantic_config__ = STRICT
    name: str
    sender: str
    to: str
    label: str
    succeeded: bool
    gas_used: int
    timestamp: int
    detail: str = ""
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class VariableChange:
    """One variable that a changed word holds, as the new layout reads it."""

    __pydantic_config__ = STRICT
    name: str
    type: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SlotChange:
    """One storage word that the execution changed.

    Attributes:
        contract: Name under management, or the address.
        address: Whose storage.
        slot: Hex.
        before: Hex word.
        after: Hex word.
        variables: What it means; empty when no layout explains it.
    """

    __pydantic_config__ = STRICT
    contract: str
    address: str
    slot: str
    before: str
    after: str
    variables: tuple[VariableChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Probe:
    """One question put to the upgraded contracts.

    Attributes:
        name: ``reinitialise``, ``bare implementation``, ``pause``, ``roles``, ``new state``.
        contract: Name under management.
        subject: The function or role it was about.
        answer: ``held`` when the contract behaved, ``failed`` when it did not, ``unclear`` when it cannot be told.
        detail: What happened.
    """

    __pydantic_config__ = STRICT
    name: str
    contract: str
    subject: str
    answer: Literal["held", "failed", "unclear"]
    detail: str


@dataclass(frozen=True, slots=True)
class ViewDifference:
    """One view that answers otherwise with the upgrade than without it, at the same block and clock.

    Attributes:
        contract: Name under management.
        view: Signature.
        arguments: As text.
        old: Answer without the upgrade; ``reverts: …`` or ``absent`` included.
        new: Answer with it.
        declared: The reason given in the manifest, or empty.
    """

    __pydantic_config__ = STRICT
    contract: str
    view: str
    arguments: str
    old: str
    new: str
    declared: str = ""


@dataclass(frozen=True, slots=True)
class Simulation:
    """A run of the plan through its real governance on a local copy of the chain.

    Attributes:
        engine: ``anvil 1.7.1``.
        chain_id: Of the copied chain.
        base_block: Block it was copied at.
        base_timestamp: Time of that block.
        plan_digest: Hex digest of the plan that was run.
        steps: The governance path, in order.
        call_tree: Of the executing transaction.
        changes: Every word the execution changed, managed contracts or not.
        probes: Questions to the upgraded contracts.
        views_compared: How many view calls answered on both branches.
        differences: Those that answered differently.
        executed: Whether the whole path went through.
    """

    __pydantic_config__ = STRICT
    engine: str
    chain_id: int
    base_block: int
    base_timestamp: int
    plan_digest: str
    steps: tuple[Step, ...]
    call_tree: tuple[CallNode, ...]
    changes: tuple[SlotChange, ...]
    probes: tuple[Probe, ...]
    views_compared: int
    differences: tuple[ViewDifference, ...]
    executed: bool
