"""Data of the commands that prepare an upgrade and have it agreed on."""

from dataclasses import dataclass

from upgrader.simulation.regression import Regression
from upgrader.simulation.result import Simulation


@dataclass(frozen=True, slots=True)
class Call:
    """One call.

    Attributes:
        to: Address.
        value: Wei, decimal.
        data: Calldata.
    """

    to: str
    value: str
    data: str


@dataclass(frozen=True, slots=True)
class Planned:
    """What ``plan`` wrote.

    Attributes:
        bundle: Folder of the upgrade.
        digest: Of the plan; the timelock's salt.
        block: Number at which the chain was observed.
        operations: In words, in order.
        calls: What the governance executes.
        hashes: Label -> hash, as a signer's device shows it.
    """

    bundle: str
    digest: str
    block: int
    operations: list[str]
    calls: list[Call]
    hashes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Simulated:
    """What ``simulate`` did.

    Attributes:
        bundle: Folder of the upgrade.
        simulation: As in evidence/simulation.json.
        regression: As in evidence/regression.json.
        scripts: Smallest scripts that show what differs, relative to the bundle.
        report: Name of the report in the bundle.
    """

    bundle: str
    simulation: Simulation
    regression: Regression
    scripts: list[str]
    report: str


@dataclass(frozen=True, slots=True)
class Reproduced:
    """What ``simulate --script`` did.

    Attributes:
        script: The file.
        regression: What differs in this script alone.
    """

    script: str
    regression: Regression


@dataclass(frozen=True, slots=True)
class Proposed:
    """What ``propose`` fixed.

    Attributes:
        nonce: Of the Safe.
        hashes: Label -> hash, as a signer's device shows it.
        files: What was written, relative to the bundle.
    """

    nonce: int
    hashes: dict[str, str]
    files: list[str]


@dataclass(frozen=True, slots=True)
class Signed:
    """What ``sign`` did.

    Attributes:
        owner: Who signed.
        action: ``schedule`` or ``cancel``.
        file: The signature, relative to the bundle.
        signatures: How many there are now.
        threshold: How many are needed.
    """

    owner: str
    action: str
    file: str
    signatures: int
    threshold: int


@dataclass(frozen=True, slots=True)
class SignatureList:
    """What ``signatures`` lists.

    Attributes:
        action: ``schedule`` or ``cancel``.
        safe_tx_hash: What is signed.
        signed: Owners who signed.
        missing: Owners who did not.
        threshold: How many are needed.
    """

    action: str
    safe_tx_hash: str
    signed: list[str]
    missing: list[str]
    threshold: int


@dataclass(frozen=True, slots=True)
class RolledBack:
    """What ``rollback`` wrote.

    Attributes:
        bundle: Folder of the upgrade that goes back.
        name: Its name.
    """

    bundle: str
    name: str
