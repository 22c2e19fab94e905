"""What people call the addresses and hashes of a plan.

A signer compares sixty-four digits badly and a name well, so every address that the plan itself explains is shown
with its name beside it, never instead of it.
"""

from upgrader.governance.multisend import ADDRESSES
from upgrader.plan.operations import FACTORY
from upgrader.plan.upgrade_plan import UpgradePlan
from upgrader.units import hexed


def names_of(plan: UpgradePlan) -> dict[str, str]:
    """Return lower-case hex -> name for every address and 32-byte value that ``plan`` explains."""
    state = plan.state
    names = {library.lower(): f"MultiSendCallOnly {version}" for library, version in ADDRESSES.items()}
    names |= {FACTORY.lower(): "deterministic deployment factory", hexed(plan.digest): "the digest of this plan"}
    for contract, there in state.contracts.items():
        if there.admin:
            role = "beacon" if there.kind == "beacon" else "ProxyAdmin"
            names.setdefault(there.admin.lower(), f"{role} of {contract}")
        names[there.implementation.lower()] = f"{contract}, present implementation"
        names[there.proxy.lower()] = f"{contract} {'beacon' if there.kind == 'beacon' else 'proxy'}"
    for upgrade in plan.upgrades:
        names[upgrade.after.lower()] = f"{upgrade.contract}, new implementation"
    if state.timelock:
        names[state.timelock.address.lower()] = "timelock"
    if state.safe:
        names[state.safe.address.lower()] = "Safe"
        for number, owner in enumerate(state.safe.owners, 1):
            names.setdefault(owner.lower(), f"owner {number} of the Safe")
    return names
