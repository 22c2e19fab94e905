"""What the bundles of a project know of implementations: each keeps both layouts of what it changed, by address."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from upgrader.errors import UpgraderError
from upgrader.flows.check import CheckResult
from upgrader.flows.opened import open_upgrade
from upgrader.layout.model import StorageLayout
from upgrader.layout.read import raw_layout
from upgrader.plan.layout_record import layout_record, read_layout_record
from upgrader.plan.upgrade_plan import UpgradePlan
from upgrader.ports import Bundle
from upgrader.units import Address, ChainId, hexed

STORAGE: Final = "evidence/storage.json"


def record_layouts(bundle: Bundle, plan: UpgradePlan, checked: Mapping[str, CheckResult]) -> None:
    """Write both layouts of every change, under the addresses that have them, and seal the bundle."""
    contracts = {}
    for step in plan.upgrades:
        found = checked[step.contract]
        contracts[step.contract] = {
            "old": {"implementation": step.before, "layout": layout_record(found.old)},
            "new": {"implementation": step.after, "layout": layout_record(found.new)},
        }
    bundle.write_json(STORAGE, {"plan_digest": hexed(plan.digest), "contracts": contracts})
    bundle.seal()


def recorded_layouts(bundles: Iterable[Bundle], chain_id: ChainId) -> dict[Address, StorageLayout]:
    """Return the layout of every implementation that a sealed bundle of a chain tells of.

    A bundle that was changed after sealing, or is of another chain, tells nothing.
    """
    found: dict[Address, StorageLayout] = {}
    for bundle in bundles:
        try:
            plan = open_upgrade(bundle).plan
            if plan.state.chain_id == chain_id:
                found |= _layouts(bundle, plan)
        except UpgraderError:
            continue
    return found


def _layouts(bundle: Bundle, plan: UpgradePlan) -> dict[Address, StorageLayout]:
    kept = bundle.read_json(STORAGE) if bundle.exists(STORAGE) else {}
    contracts = kept.get("contracts", {}) if kept.get("plan_digest") == hexed(plan.digest) else {}
    found = {}
    for step in plan.upgrades:
        for side, address in (("old", step.before), ("new", step.after)):
            layout = _layout(bundle, step.contract, side, contracts)
            if layout is not None:
                found[address] = layout
    return found


def _layout(bundle: Bundle, contract: str, side: str, contracts: Mapping[str, Any]) -> StorageLayout | None:
    kept = contracts.get(contract)
    if isinstance(kept, Mapping) and isinstance(kept.get(side), Mapping):
        return read_layout_record(kept[side].get("layout"), where=f"{bundle.name}/{STORAGE}")
    build = bundle.read_json(f"build/{contract}.json")
    raw = build.get(side, {}).get("storage_layout")
    return raw_layout(raw, contract, f"{bundle.name}/build/{contract}.json") if raw else None
