"""``upgrade.toml``: what the engineer wants, before anything was observed or decided."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator

from upgrader.errors import InputError
from upgrader.plan.compiler import SolcChoice
from upgrader.plan.reading import STRICT, AddressField, Text, TimestampField, read_as

_BOUND: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,18})?")
_AMOUNT: Final = re.compile(r"[0-9]{1,78}")


@dataclass(frozen=True, slots=True)
class WantedCall:
    """A call that runs on the proxy in the same transaction as the upgrade.

    Attributes:
        function: Signature, e.g. ``initializeV2(uint256)``.
        args: One entry for each argument; amounts as strings.
    """

    __pydantic_config__ = STRICT
    function: Text
    args: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """``[[change]]``: one contract and the implementation it shall run.

    Attributes:
        contract: A name under ``[contracts]`` of ``upgrader.toml``.
        source: The new implementation, in any form that ``check`` accepts and that carries bytecode.
        call: What the upgrade runs on the proxy, or None.
        constructor: Constructor arguments, amounts as strings.
        solc: A compiler other than the contract's.
        at: An implementation that is on the chain already and shall be used as it is; None to deploy ``source``.
        compiled_from: The source that compiles to ``source`` where that is a bare artifact: gives layout and AST.
        replaces: What the proxy runs now, where that is not the ``source`` of ``upgrader.toml``.
        replaces_compiled_from: ``compiled_from`` of ``replaces``.
        again: In a rollback, what the undone upgrade ran on the proxy; the simulation tries whether it could run again.
    """

    __pydantic_config__ = STRICT
    contract: Text
    source: Text
    call: WantedCall | None = None
    constructor: tuple[Any, ...] = ()
    solc: SolcChoice | None = None
    at: AddressField | None = None
    compiled_from: str = ""
    replaces: str = ""
    replaces_compiled_from: str = ""
    again: WantedCall | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """``[window]``: when the upgrade shall be executed; both ends inclusive, UTC."""

    __pydantic_config__ = STRICT
    opens: TimestampField
    closes: TimestampField


@dataclass(frozen=True, slots=True)
class Waiver:
    """``[[waiver]]``: an opinion of a check that the author takes responsibility for.

    Attributes:
        code: The finding's code.
        subject: The finding's subject, exactly.
        reason: Why it is no danger here; shown to every signer.
        author: Who says so.
        until: When it ends, compared with the block time of the observed state.
        evidence: For corruption of storage: the slot values on chain that make it harmless, ``0xslot=0xvalue``.
    """

    __pydantic_config__ = STRICT
    code: Text
    subject: Text
    reason: Text
    author: Text
    until: TimestampField
    evidence: tuple[str, ...] = ()


def _bound(text: str) -> str:
    if text and not _BOUND.fullmatch(text):
        raise ValueError('not a share; write for example "0.15" for 15 %')
    return text


BoundText = Annotated[str, AfterValidator(_bound)]
"""A share as a decimal number, or empty."""


def _amount(text: str) -> str:
    if text and not _AMOUNT.fullmatch(text):
        raise ValueError('not a whole number; write for example "5000000000000000000" for 5 with 18 decimals')
    return text


AmountText = Annotated[str, AfterValidator(_amount)]
"""A whole number, or empty."""


@dataclass(frozen=True, slots=True)
class Difference:
    """``[[difference]]``: a change of behaviour that the upgrade means to make.

    Attributes:
        contract: A name under ``[contracts]``.
        observable: The signature of a view or a function, or its name alone: ``version()``, ``buy``; ``buy(…) gas`` for
            what it costs, ``buy events`` for one aspect alone (``status``, ``result``, ``events``, ``answer``),
            ``storage`` for every word of the contract.
        why: The reason, for signers and notices.
        condition: The market condition in which it occurs; empty for all.
        bound: Largest relative change, ``0.15`` for 15 %; empty for any.
        amount: Largest change in the observable's own units, as a whole number; empty for any.  Where a bound is given
            too, either of them is enough: near zero a relative change means nothing.
        activation: The later step that brings it about; with it the difference need not occur at once.
    """

    __pydantic_config__ = STRICT
    contract: Text
    observable: Text
    why: Text
    condition: str = ""
    bound: BoundText = ""
    amount: AmountText = ""
    activation: str = ""

    @property
    def regressed(self) -> bool:
        """Whether only the market regression can tell that it occurs, or only after a later step."""
        in_a_run = " " in self.observable or self.observable == "storage"
        return bool(self.condition or self.bound or self.amount or self.activation or in_a_run)

    @property
    def limit(self) -> str:
        """Bound and amount in words; empty where any change is meant."""
        return " or ".join(filter(None, (self.bound, self.amount)))


@dataclass(frozen=True, slots=True)
class Expiry:
    """``[[expiry]]``: a live series, for the notices.

    Attributes:
        name: As traders know it.
        at: When it expires.
    """

    __pydantic_config__ = STRICT
    name: Text
    at: TimestampField


@dataclass(frozen=True, slots=True)
class Heading:
    """``[upgrade]``.

    Attributes:
        name: What must be typed before anything is sent on a live network; a slug.
        summary: One sentence for everybody.
        governance: A name under ``[governance]`` of ``upgrader.toml``.
        author: The requester, who must not also approve.
        traders: What traders should know beyond what is computed.
        terms_change: Whether rules or contract terms change, for regulators; None when nobody said.
        rollback_of: Name of the upgrade that this one undoes; written by ``upgrader rollback``.
    """

    __pydantic_config__ = STRICT
    name: Text
    summary: Text
    governance: Text
    author: str = ""
    traders: str = ""
    terms_change: bool | None = None
    rollback_of: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A whole ``upgrade.toml``."""

    __pydantic_config__ = STRICT
    schema: Literal[1]
    upgrade: Heading
    change: tuple[Change, ...]
    window: Window | None = None
    waiver: tuple[Waiver, ...] = ()
    difference: tuple[Difference, ...] = ()
    expiry: tuple[Expiry, ...] = ()


def read_manifest(tree: Mapping[str, Any], *, where: str = "upgrade.toml") -> Manifest:
    """Validate a parsed ``upgrade.toml``.

    Raises:
        InputError: A field is wrong, nothing is changed, or one contract is changed twice.
    """
    manifest = read_as(Manifest, tree, where=where)
    names = [change.contract for change in manifest.change]
    if not names:
        raise InputError("no [[change]]", remedy="say which contract shall run which implementation", where=where)
    if len(set(names)) != len(names):
        raise InputError("one contract is changed twice", remedy="keep one [[change]] a contract", where=where)
    if manifest.window and manifest.window.closes <= manifest.window.opens:
        raise InputError("the window closes before it opens", remedy="swap the two times", where=where)
    return manifest
