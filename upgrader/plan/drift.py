"""Whether the world still is what a plan starts from.

A plan is stale when something it relies on changed: what a proxy runs, who may upgrade it, how long the timelock
waits, who owns the Safe.  Blocks and nonces move on their own and are no drift.
"""

from upgrader.plan.state import ContractState, State


def drift(planned: State, now: State) -> tuple[str, ...]:
    """Return what differs, in words; empty when the plan still fits.

    Args:
        planned: The state that the plan was made from, or reaches.
        now: The state observed at present.
    """
    found: list[str] = []
    if planned.chain_id != now.chain_id:
        found.append(f"the chain id is {now.chain_id}, planned for {planned.chain_id}")
    for name, wanted in planned.contracts.items():
        there = now.contracts.get(name)
        found += _contract_drift(name, wanted, there) if there else [f"{name} is no proxy any more"]
    if planned.timelock and now.timelock and planned.timelock.min_delay != now.timelock.min_delay:
        found.append(f"the timelock waits {now.timelock.min_delay} s at least, planned {planned.timelock.min_delay} s")
    if planned.safe and now.safe:
        for field in ("version", "threshold", "owners"):
            was, is_now = getattr(planned.safe, field), getattr(now.safe, field)
            if (set(was), len(was)) != (set(is_now), len(is_now)) if field == "owners" else was != is_now:
                found.append(f"the Safe's {field} changed from {was} to {is_now}")
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
