"""``rollback``: write the ``upgrade.toml`` that goes back, from the executed plan and both builds.

The bundle it becomes takes the same path as any upgrade: its layouts are checked from the new code to the old, it is
simulated on the state that traffic on the new code has left, and it is signed, scheduled and verified.  What the new
code answered and the old cannot is declared, because going back takes it away on purpose.
"""

from typing import Any

import tomlkit

from upgrader.calls import abi_signature
from upgrader.flows.opened import Opened, observed
from upgrader.flows.plan import Pair, build_pairs
from upgrader.plan.invert import invert
from upgrader.plan.manifest import Change, Manifest
from upgrader.plan.project import Project
from upgrader.ports import Chain, Sources


def rollback_manifest(opened: Opened, manifest: Manifest, project: Project, chain: Chain, sources: Sources) -> str:
    """Return the text of the ``upgrade.toml`` that undoes an executed upgrade.

    Raises:
        InputError: The chain does not run what the upgrade put there.
    """
    plan = opened.plan
    inverse = invert(plan, observed(plan, chain))
    pairs = build_pairs(project, manifest, sources)
    sources_now = {change.contract: change for change in manifest.change}
    document = tomlkit.document()
    document.add(tomlkit.comment(f"Returns to the code that ran before {plan.name}. State written meanwhile stays."))
    document["schema"] = 1
    document["upgrade"] = {
        "name": inverse.name,
        "summary": inverse.summary,
        "governance": manifest.upgrade.governance,
        "author": manifest.upgrade.author,
        "rollback_of": plan.name,
    }
    changes, differences = tomlkit.aot(), tomlkit.aot()
    for step in inverse.upgrades:
        change = sources_now[step.contract]
        changes.append(tomlkit.item(_change(change, project, str(step.after))))
        for observable, why in _differences(step.contract, pairs[step.contract], manifest).items():
            differences.append(tomlkit.item({"contract": step.contract, "observable": observable, "why": why}))
    document["change"] = changes
    if len(differences):
        document["difference"] = differences
    return tomlkit.dumps(document)


def _change(change: Change, project: Project, implementation: str) -> dict[str, Any]:
    """Return the ``[[change]]`` that swaps both sides; empty fields are left out."""
    managed = project.contract(change.contract)
    both = {
        "contract": change.contract,
        "source": change.replaces or managed.source,
        "compiled_from": change.replaces_compiled_from if change.replaces else managed.compiled_from,
        "at": implementation,
        "replaces": change.source,
        "replaces_compiled_from": change.compiled_from,
        "again": {"function": change.call.function, "args": list(change.call.args)} if change.call else "",
    }
    return {key: value for key, value in both.items() if value}


def _differences(contract: str, pair: Pair, manifest: Manifest) -> dict[str, str]:
    """Return what going back changes on purpose: what the upgrade declared, and views that only the new code has."""
    old = {abi_signature(entry) for entry in pair.old.abi or ()}
    gone = {
        abi_signature(entry): "The old code does not have this view."
        for entry in pair.new.artifact.abi or ()
        if entry.get("type") == "function"
        and entry.get("stateMutability") in {"view", "pure"}
        and abi_signature(entry) not in old
    }
    declared = {
        item.observable: f"Returns to what it was: {item.why}"
        for item in manifest.difference
        if item.contract == contract
    }
    return {**gone, **declared}
