"""``upgrader.toml``: the project, the contracts under its management, and who governs them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field

from upgrader.errors import InputError
from upgrader.plan.compiler import SolcChoice
from upgrader.plan.reading import STRICT, AddressField, SecondsField, Text, read_as
from upgrader.units import Address


@dataclass(frozen=True, slots=True)
class ProjectNames:
    """``[project]``.

    Attributes:
        name: Shown in reports and notices.
        sources: Folder of the Solidity sources, relative to the project.
        contact: Where a trader or an institution can ask; shown in notices.
    """

    __pydantic_config__ = STRICT
    name: Text
    sources: str = "contracts"
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Governed:
    """``[governance.<name>]``: the authority that must approve.

    Attributes:
        network: Name of ``networks/<name>.toml``.
        timelock: An OpenZeppelin TimelockController, or None where the Safe acts directly.
        safe: The Safe that proposes to the timelock, or None where an account does.
        delay: Least delay to schedule with; None for the timelock's own minimum.
    """

    __pydantic_config__ = STRICT
    network: Text
    timelock: AddressField | None = None
    safe: AddressField | None = None
    delay: SecondsField | None = None


@dataclass(frozen=True, slots=True)
class PauseProbe:
    """How the simulation proves that pausing still works after the upgrade.

    Attributes:
        function: Signature without arguments, e.g. ``pause()``.
        sender: Whoever must be able to pause without delay.
        view: A view whose answer must change, e.g. ``paused()``.
    """

    __pydantic_config__ = STRICT
    function: Text
    sender: AddressField
    view: Text


@dataclass(frozen=True, slots=True)
class ManagedContract:
    """``[contracts.<name>]``: a proxy under management.

    Attributes:
        network: Name of ``networks/<name>.toml``.
        proxy: The proxy, or the beacon itself for contracts upgraded through one.
        source: The implementation it runs now: any form that ``check`` accepts.
        compiled_from: The source that compiles to ``source`` where that is a bare artifact: gives layout and AST.
        proxy_source: The proxy's own code, in any form that ``check`` accepts, where it keeps variables of its own or
            answers calls itself.
        governance: Which ``[governance.<name>]`` may upgrade it.
        solc: A compiler other than the project's, for this contract.
        pause: The emergency stop, if it has one.
        role: What the contract is to the market, in words, for notices.
        keys: Hex words (addresses, ids) to put to its one-argument views when two branches are compared.
    """

    __pydantic_config__ = STRICT
    network: Text
    proxy: AddressField
    source: Text
    governance: Text
    compiled_from: str = ""
    proxy_source: str = ""
    solc: SolcChoice | None = None
    pause: PauseProbe | None = None
    role: str = ""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RegressionChoice:
    """``[regression]``: what the market regression of the project's upgrades is made of.

    Attributes:
        scenarios: Folder of the project's own scenarios, one Python file each, relative to the project; empty for none.
        addresses: Name -> address of what scenarios speak of besides the contracts under management.
        sources: Name under ``addresses`` -> its source, in any form that ``check`` accepts: names its functions, events
            and errors in findings.
    """

    __pydantic_config__ = STRICT
    scenarios: str = ""
    addresses: Mapping[str, AddressField] = field(default_factory=dict)
    sources: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Project:
    """A whole ``upgrader.toml``."""

    __pydantic_config__ = STRICT
    schema: Annotated[Literal[1], Field(description="version of this format")]
    project: ProjectNames
    solc: SolcChoice = field(default_factory=SolcChoice)
    governance: Mapping[str, Governed] = field(default_factory=dict)
    contracts: Mapping[str, ManagedContract] = field(default_factory=dict)
    regression: RegressionChoice = field(default_factory=RegressionChoice)

    def addresses(self, network: str) -> dict[str, Address]:
        """Return what scenarios find by name: a network's managed contracts, and ``[regression.addresses]``."""
        managed = {name: each.proxy for name, each in self.contracts.items() if each.network == network}
        return {**managed, **self.regression.addresses}

    def contract(self, name: str) -> ManagedContract:
        """Return one contract under management.

        Raises:
            InputError: There is none of that name.
        """
        if name not in self.contracts:
            known = ", ".join(sorted(self.contracts)) or "none"
            raise InputError(
                f"no contract {name!r} under management (known: {known})",
                remedy=f"add [contracts.{name}] to upgrader.toml",
            )
        return self.contracts[name]

    def governed_by(self, name: str) -> Governed:
        """Return one governance entry.

        Raises:
            InputError: There is none of that name.
        """
        if name not in self.governance:
            known = ", ".join(sorted(self.governance)) or "none"
            raise InputError(
                f"no governance {name!r} (known: {known})", remedy=f"add [governance.{name}] to upgrader.toml"
            )
        return self.governance[name]


def read_project(tree: Mapping[str, Any], *, where: str = "upgrader.toml") -> Project:
    """Validate a parsed ``upgrader.toml`` and its cross-references.

    Raises:
        InputError: A field is wrong, or a contract names a governance that does not exist.
    """
    project = read_as(Project, tree, where=where)
    for name, contract in project.contracts.items():
        governed = project.governed_by(contract.governance)
        if governed.network != contract.network:
            raise InputError(
                f"contracts.{name} is on {contract.network}, its governance on {governed.network}",
                remedy="name a governance of the same network",
                where=where,
            )
    for name in project.regression.addresses.keys() & project.contracts.keys():
        raise InputError(
            f"regression.addresses.{name} is also a contract under management",
            remedy="remove it; scenarios find contracts under management by their names",
            where=where,
        )
    for name in project.regression.sources.keys() - project.regression.addresses.keys():
        raise InputError(
            f"regression.sources.{name} names no address", remedy=f"add {name} to [regression.addresses]", where=where
        )
    return project
