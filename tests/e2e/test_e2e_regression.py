"""The market regression as its user meets it: found, declared, left out, changed, interrupted, and run again alone."""

import json
import os
import signal
import subprocess
from itertools import takewhile

import pytest
from processes import INTERRUPTIBLE

from upgrader.cli import main
from upgrader.cli.demo.invoke import invoke
from upgrader.cli.demo.journey import CALM, UPGRADE
from upgrader.cli.demo.project import write_broken

INPUT, BLOCKED, MISMATCH, NOT_READY = 2, 3, 5, 6
BROKEN = "009-settlement-rounded-up"


def _written(folder):
    return {path: path.read_bytes() for path in (folder / "upgrades").rglob("*") if path.is_file()}


def _fails(folder, code, *arguments):
    """Run a command that must fail without writing; return its error."""
    before = _written(folder)

    ran = invoke(folder, *arguments)

    assert code == ran.exit, ran.document
    assert before == _written(folder)
    return ran.data["error"]


def _evidence(folder, upgrade, name):
    return json.loads((folder / "upgrades" / upgrade / "evidence" / name).read_text())


def test_the_evidence_says_what_was_compared(world):
    """The good upgrade, in one market as of now and after the delay; what was left out is a warning."""
    _, _, folder = world
    document = _evidence(folder, UPGRADE, "regression.json")
    regression = document["regression"]

    assert _evidence(folder, UPGRADE, "simulation.json")["plan_digest"] == document["plan_digest"]
    assert ["markets as of now", "markets after the delay"] == [part["title"] for part in regression["parts"]]
    assert {"calm", "calm/after the delay"} == {each["case"] for each in regression["compared"]}
    assert [] == regression["differences"] == regression["broken"]
    codes = [finding["code"] for finding in _evidence(folder, UPGRADE, "findings.json")["findings"]]
    assert "market-unseen" in codes
    assert "market-difference-absent" not in codes


@pytest.fixture(scope="module")
def broken(world):
    """A settlement that rounds up, planned and simulated on a chain of its own state."""
    sandbox, _, folder = world
    handle = sandbox.snapshot()
    economic = json.loads((folder / "contracts" / "broken" / "economic.json").read_text())
    write_broken(folder, BROKEN, next(each for each in economic if each["name"] == "settlement-rounded-up"))
    assert invoke(folder, "plan", BROKEN).exit == 0
    yield invoke(folder, "simulate", BROKEN, *CALM), folder
    sandbox.revert(handle)


def test_broken_economics_are_refused(broken):
    """No rule on code or layout sees it; the market does, and the law that payouts stay within what was collected."""
    ran, folder = broken

    assert (BLOCKED, "unsafe") == (ran.exit, ran.document["verdict"])
    assert {"market-difference", "market-invariant-broken"} == set(ran.blockers())
    assert {("clearing", "poolOf(uint256)")} == {
        (each["contract"], each["observable"]) for each in ran.data["regression"]["broken"]
    }
    assert ran.data["scripts"]
    assert ran.data["scripts"] == [
        f"evidence/scripts/{path.name}"
        for path in sorted((folder / "upgrades" / BROKEN / "evidence/scripts").iterdir())
    ]


def test_a_saved_script_runs_alone(broken):
    """Named by its file, it shows the difference that it was saved for, and records nothing."""
    ran, folder = broken
    name = next(each for each in ran.data["scripts"] if each.endswith("redeem-result.json")).rpartition("/")[2]
    before = _written(folder)

    again = invoke(folder, "simulate", BROKEN, "--script", name)

    assert BLOCKED == again.exit
    shown = {(each["contract"], each["observable"]) for each in again.data["regression"]["differences"]}
    assert ("market", "redeem(uint256,uint256)") in shown
    assert before == _written(folder)


def test_a_script_of_another_block_is_refused(broken):
    """The state that it starts from is part of what it shows."""
    ran, folder = broken
    path = folder / "upgrades" / BROKEN / ran.data["scripts"][0]
    script = json.loads(path.read_text())
    other = folder / "script.json"
    other.write_text(json.dumps({**script, "block_hash": "0x" + "11" * 32}))

    assert "another block" in _fails(folder, MISMATCH, "simulate", BROKEN, "--script", str(other))["message"]
    other.write_text("[]")
    assert _fails(folder, INPUT, "simulate", BROKEN, "--script", str(other))["remedy"]
    other.unlink()


def test_what_is_left_out_is_a_finding(desk, monkeypatch, capsys):
    """Without the regression the evidence has none, and says so; the code is there, so signatures are what is next."""
    _, _, folder = desk
    monkeypatch.chdir(folder)

    with pytest.raises(SystemExit) as ended:
        main(["simulate", UPGRADE, "--no-regression"])

    assert 0 == ended.value.code
    assert f"next: upgrader propose {UPGRADE}" == capsys.readouterr().out.splitlines()[-1]
    assert 0 == _evidence(folder, UPGRADE, "regression.json")["regression"]["scenarios"]
    codes = [finding["code"] for finding in _evidence(folder, UPGRADE, "findings.json")["findings"]]
    assert "market-unseen" in codes


def test_a_changed_scenario_makes_the_plan_stale(desk):
    """A scenario that was made easier after planning is noticed before anything is run."""
    _, _, folder = desk
    file = folder / "scenarios" / "market_days.py"
    file.write_text(file.read_text() + "\n# easier\n")

    error = _fails(folder, MISMATCH, "simulate", UPGRADE, *CALM)

    assert "scenarios/market_days.py changed" in error["message"]
    assert f"upgrader plan {UPGRADE}" in error["remedy"]


def test_a_scenario_file_that_raises_is_one_error(desk):
    """It is planned by its hash alone; running it says file, line and reason, and writes nothing."""
    _, _, folder = desk
    (folder / "scenarios" / "hostile.py").write_text("def playbook(cases, stage):\n    raise ValueError('no way')\n")
    assert invoke(folder, "plan", UPGRADE).exit == 0

    error = _fails(folder, INPUT, "simulate", UPGRADE, *CALM)

    assert "ValueError: no way" in error["message"]
    assert "scenarios/hostile.py:2" == error["where"]


def test_bad_words_are_refused_before_anything_runs(desk):
    """A mistyped condition, a folder that is gone, options that contradict each other, nothing to resume."""
    _, _, folder = desk

    assert "gas_spike" in _fails(folder, INPUT, "simulate", UPGRADE, "--condition", "calmm")["remedy"]
    assert _fails(folder, INPUT, "simulate", UPGRADE, "--no-regression", "--condition", "calm")["remedy"]
    assert "--resume" in _fails(folder, NOT_READY, "simulate", UPGRADE, "--resume")["remedy"]
    (folder / "scenarios").rename(folder / "elsewhere")
    assert "no such folder" in _fails(folder, INPUT, "simulate", UPGRADE, *CALM)["message"]


def test_an_interrupted_regression_goes_on_where_it_stopped(desk):
    """Ctrl-C at the second of two past blocks ends with 130 and says how to go on; what was run before is kept."""
    _, _, folder = desk
    sweeps, options = folder / ".build" / "regression" / UPGRADE, (*CALM, "--replay", "2")
    command = [*INTERRUPTIBLE, "simulate", UPGRADE, *options]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        before = [
            *takewhile(lambda line: not (line.startswith("replay: block") and ", 2 of 2," in line), process.stderr)
        ]
        assert process.poll() is None, before
        os.killpg(process.pid, signal.SIGINT)
        said = process.communicate(timeout=120)[1]
    assert (130, True) == (process.returncode, f"upgrader simulate {UPGRADE} --resume" in said), said
    (kept,) = sweeps.glob("*.jsonl")
    with kept.open() as file:
        lines = [json.loads(line.partition(" ")[2]) for line in file]

    ran = invoke(folder, "simulate", UPGRADE, *options, "--resume")

    assert 0 == ran.exit, ran.document
    scenarios = {line.get("scenario", "words written") for line in lines}
    assert {"calm: a market day", "the emergency modes", "words written"} <= scenarios
    assert [each for each in scenarios if each.startswith("block ") and not each.endswith(", upgraded")]
    assert f"{ran.data['simulation']['base_block']}" == kept.name.partition("-")[0]
    assert 2 == ran.data["regression"]["replay"]["transactions"]
    assert [] == list(sweeps.glob("*.jsonl"))
