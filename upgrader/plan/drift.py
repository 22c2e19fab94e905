"""Whether the world still is what a plan starts from.

A plan is stale when something it relies on changed: what a proxy runs, who may upgrade it, how long the timelock
waits, who owns the Safe.  Blocks and nonces move on their own and are no drift.
"""

from upgrader.plan.state import ContractState, State


def drift(planned: State, now: State, *, signing: bool = True) -> tuple[str, ...]:
    """Return what differs, in words; empty when the plan still fits.

    Args:
        planned: The state that the plan was made from, or reaches.
        now: The state observed at present.
        signing: Whether owners still have to sign: what is scheduled already no longer depends on the Safe.
    """
    found: list[str] = []
    if planned.chain_id != now.chain_id:
        found.append(f"the chain id is {now.chain_id}, planned for {planned.chain_id}")
    for name, wanted in planned.contracts.items():
        there = now.contracts.get(name)
        found += _contract_drift(name, wanted, there) if there else [f"{name} is no proxy any more"]
    found += _fields(
        "timelock", planned.timelock, now.timelock, ("min_delay", "open_executor", "proposers", "executors")
    )
    if not signing:
        return tuple(found)
    found += _fields("Safe", planned.safe, now.safe, ("version", "threshold", "owners", "modules", "guard"))
    return tuple(found)


def _contract_drift(name: str, wanted: ContractState, there: ContractState) -> list[str]:
    found = []
    if wanted.implementation != there.implementation:
        found.append(f"{name} runs {there.implementation}, planned from {wanted.implementation}")
    elif wanted.code_hash != there.code_hash:
        found.append(f"the code of {name} at {there.implementation} changed")
    if wanted.admin != there.admin:
        found.append(f"the admin of {name} is {there.admin}, planned {wanted.admin}")
    if wanted.initialized != there.initialized:
        found.append(f"{name} is initialised to version {there.initialized}, planned {wanted.initialized}")
    return found


def _fields(who: str, planned: object, now: object, names: tuple[str, ...]) -> list[str]:
    """Compare some fields of two states; lists without their order."""
    if planned is None or now is None:
        return []
    found = []
    for name in names:
        was, there = getattr(planned, name), getattr(now, name)
        same = sorted(was) == sorted(there) if isinstance(was, tuple) and isinstance(there, tuple) else was == there
        if not same:
            found.append(f"the {who}'s {name.replace('_', ' ')} changed from {was} to {there}")
    return found
