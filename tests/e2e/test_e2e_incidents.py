"""Broken upgrades that no comparison of layouts gives away, refused by the commands before anything is signed."""

import json
import os
import signal
import subprocess
import time

import demo_build
import pytest
from processes import INTERRUPTIBLE

from upgrader.cli.demo.invoke import invoke
from upgrader.cli.demo.journey import CALM
from upgrader.cli.demo.project import copy_contracts, write_broken

OK, BLOCKED = 0, 3
BROKEN = demo_build.ROOT / "contracts" / "broken"
ECONOMIC = {each["name"]: each for each in json.loads((BROKEN / "economic.json").read_text())}
CALLED = (*CALM, "--fuzz", "24")
"""The last figure counts: one market and few generated calls."""


@pytest.fixture
def proposed(desk):
    """Return a function that proposes the upgrade to a broken contract: the run of ``plan``, and its name."""
    _, _, folder = desk
    copy_contracts(folder)

    def propose(name, *, scenarios=True):
        entry, upgrade = ECONOMIC[name], f"009-{name}"
        if not scenarios:
            file = folder / "upgrader.toml"
            without = file.read_text().replace('scenarios = "scenarios"\n', "")
            assert without != file.read_text()
            file.write_text(without)
        write_broken(folder, upgrade, entry)
        return invoke(folder, "plan", upgrade), folder, upgrade

    return propose


def test_a_second_way_to_upgrade_is_refused_when_it_is_planned(proposed):
    """An upgrade function behind a transparent proxy would let the risk admin past the timelock."""
    planned, _, _ = proposed("selector-clash")

    assert (BLOCKED, ("selector-clash",)) == (planned.exit, planned.blockers())


def test_a_relay_that_a_base_brought_is_warned_of_and_convicted_by_generated_calls(proposed):
    """As at KiloEx: the code alone cannot tell a guarded relay from an open one; a stranger who takes the money can.

    In a project without scenarios, and interrupted: what was generated so far is kept.
    """
    planned, folder, upgrade = proposed("public-execute", scenarios=False)
    warned = [each["code"] for each in planned.document["findings"] if each["severity"] == "WARNING"]
    strict = invoke(folder, "check", upgrade, "--strict")

    _interrupted(folder, upgrade, "generated 1")
    simulated = invoke(folder, "simulate", upgrade, *CALLED, "--resume")

    assert (OK, ["function-public-inherited"], BLOCKED) == (planned.exit, warned, strict.exit)
    assert (BLOCKED, "unsafe") == (simulated.exit, simulated.document["verdict"])
    taken = [each for each in simulated.data["regression"]["differences"] if each["case"] == "generated calls"]
    assert ECONOMIC["public-execute"]["subject"] in {f"{each['contract']}.{each['observable']}" for each in taken}


def _interrupted(folder, upgrade, scenario):
    """Press Ctrl-C once the result of a scenario is kept."""
    sweeps = folder / ".build" / "regression" / upgrade
    command = [*INTERRUPTIBLE, "simulate", upgrade, *CALLED]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        deadline = time.monotonic() + 300
        while not any(f'"scenario":"{scenario}"' in path.read_text() for path in sweeps.glob("*.jsonl")):
            assert process.poll() is None, process.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.1)
        os.killpg(process.pid, signal.SIGINT)
        said = process.communicate(timeout=120)[1]
    again = f"`upgrader simulate {upgrade} --resume --condition calm --replay 0 --fuzz 24 --quick`"
    assert (130, True) == (process.returncode, again in said), said


def test_a_pause_behind_the_timelock_is_refused_by_the_guardian_s_own_call(proposed):
    """As at Blizz: upgrader.toml says who pauses, and the simulated guardian cannot any more; no market is needed."""
    _, folder, upgrade = proposed("pause-behind-timelock")

    simulated = invoke(folder, "simulate", upgrade, "--no-regression")

    assert (BLOCKED, ("pause-broken",)) == (simulated.exit, simulated.blockers())


def test_positions_packed_at_a_wrong_offset_are_refused_before_any_market(proposed):
    """Migrated in the upgrade's own transaction, with unchanged layouts: what every view says of them has changed."""
    planned, folder, upgrade = proposed("position-bits")

    simulated = invoke(folder, "simulate", upgrade, "--no-regression")

    assert (OK, ()) == (planned.exit, planned.blockers())
    assert (BLOCKED, (ECONOMIC["position-bits"]["finding"],)) == (simulated.exit, simulated.blockers())
    subjects = {each["subject"] for each in simulated.document["findings"] if each["severity"] == "BLOCKER"}
    assert ECONOMIC["position-bits"]["subject"] in subjects


def test_a_record_packed_without_a_layout_byte_is_refused_by_the_market(proposed):
    """The layouts are the same, so planning has nothing to say; every balance is another one."""
    planned, folder, upgrade = proposed("packed-bits")

    simulated = invoke(folder, "simulate", upgrade, *CALM, "--replay", "4")
    (traffic, *_) = [each for each in simulated.data["scripts"] if "-traffic-" in each]
    again = invoke(folder, "simulate", upgrade, "--script", traffic.rpartition("/")[2])

    assert (OK, ()) == (planned.exit, planned.blockers())
    assert (BLOCKED, True) == (simulated.exit, ECONOMIC["packed-bits"]["finding"] in simulated.blockers())
    subjects = {each["subject"] for each in simulated.document["findings"] if each["code"] == "market-difference"}
    assert "clearing.balanceOf(address)" in subjects
    left_out = [each["what"] for each in simulated.data["regression"]["unseen"]]
    assert "The markets after the delay were not run: those before show an undeclared difference." in left_out
    # What really happened shows it as well, in its own block, from its file alone.
    assert BLOCKED == again.exit
    assert {each["case"] for each in again.data["regression"]["differences"]} <= {
        "traffic/block by block", "traffic/one after the other"
    }  # fmt: skip
