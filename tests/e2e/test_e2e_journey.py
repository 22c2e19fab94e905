"""Turns of the journey that the demo does not take: cancelling, resuming, signatures that travel as files."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from upgrader.cli.app import main
from upgrader.cli.demo.invoke import invoke
from upgrader.cli.demo.journey import CALM, UPGRADE
from upgrader.reports.moments import moment
from upgrader.units import Slot

IMPLEMENTATION_SLOT = Slot(0x360894A13BA1A3210667C828492DB98DCA3E2076CC3735A920A3CA505D382BBC)
SEND = ("--execute", "--account", "dev:0")


def _ok(folder, *arguments):
    ran = invoke(folder, *arguments)
    assert ran.exit == 0, ran.document
    return ran


def _scheduled(folder):
    _ok(folder, "propose", UPGRADE)
    for signer in ("dev:1", "dev:3"):
        _ok(folder, "sign", UPGRADE, "--account", signer)
    return _ok(folder, "schedule", UPGRADE, *SEND)


def test_a_scheduled_upgrade_can_be_cancelled_by_the_safe(desk):
    """Cancelling needs signatures of its own, at the Safe's next nonce."""
    _, _, folder = desk
    assert _scheduled(folder).data["stage"] == "waiting"
    assert invoke(folder, "cancel", UPGRADE).exit == 5
    _ok(folder, "propose", UPGRADE)
    for signer in ("dev:2", "dev:3"):
        _ok(folder, "sign", UPGRADE, "--action", "cancel", "--account", signer)

    cancelled = _ok(folder, "cancel", UPGRADE, *SEND)

    assert cancelled.data["stage"] == "deployed"
    assert invoke(folder, "execute", UPGRADE, *SEND).exit == 6


def test_a_scheduled_upgrade_that_went_stale_can_still_be_cancelled(desk):
    """Somebody else upgraded the proxy during the delay: executing is refused, and the way out is open."""
    sandbox, protocol, folder = desk
    _scheduled(folder)
    other = sandbox.request("eth_getStorageAt", protocol.house, hex(IMPLEMENTATION_SLOT), "latest")
    sandbox.set_storage(protocol.market, IMPLEMENTATION_SLOT, bytes.fromhex(other[2:]))
    sandbox.advance(172_800)
    assert invoke(folder, "execute", UPGRADE, *SEND).exit == 5
    assert _ok(folder, "status", UPGRADE).data["stage"] == "stale"
    _ok(folder, "propose", UPGRADE)
    assert invoke(folder, "sign", UPGRADE, "--account", "dev:2").exit == 5
    for signer in ("dev:2", "dev:3"):
        _ok(folder, "sign", UPGRADE, "--action", "cancel", "--account", signer)

    assert _ok(folder, "cancel", UPGRADE, *SEND).data["ready_at"] is None

    assert invoke(folder, "execute", UPGRADE, *SEND).exit == 5


def test_scheduling_twice_is_refused(desk):
    """A killed run that is started again does nothing twice."""
    sandbox, _, folder = desk
    _scheduled(folder)
    before = sandbox.block().number

    again = invoke(folder, "schedule", UPGRADE, *SEND)

    assert (5, before) == (again.exit, sandbox.block().number)
    assert "waiting already" in again.data["error"]["message"]


def test_signatures_travel_as_files(desk):
    """What one signer exports, another imports; each is verified again."""
    _, _, folder = desk
    _ok(folder, "propose", UPGRADE)
    _ok(folder, "sign", UPGRADE, "--account", "dev:2")
    exported = folder / "one.json"
    _ok(folder, "signatures", UPGRADE, "--export", str(exported))
    for path in (folder / "upgrades" / UPGRADE / "signatures").iterdir():
        path.unlink()
    assert _ok(folder, "signatures", UPGRADE).data["signed"] == []

    imported = _ok(folder, "signatures", UPGRADE, "--import", str(exported))

    assert len(imported.data["signed"]) == 1


def test_the_journal_remembers_what_was_sent(desk):
    """Each line carries the hash of the one before; sending is written down before it happens."""
    _, _, folder = desk
    _scheduled(folder)

    lines = [json.loads(line) for line in (folder / "upgrades" / UPGRADE / "journal.jsonl").read_text().splitlines()]

    assert ["sending", "sent"] == [line["event"] for line in lines[-2:]]


def test_verify_before_execution_says_what_differs(desk):
    """Nothing is called verified that the chain does not show."""
    _, _, folder = desk

    ran = invoke(folder, "verify", UPGRADE)

    assert (5, False) == (ran.exit, ran.data["verified"])


def test_rolling_back_what_was_not_executed_is_bad_input(desk):
    """There is nothing to undo."""
    _, _, folder = desk

    assert invoke(folder, "rollback", UPGRADE).exit == 2


def test_the_report_and_notices_are_written_anew(desk):
    """Words are computed from plan and evidence, and the seal holds afterwards."""
    _, _, folder = desk
    _ok(folder, "report", UPGRADE)
    notices = _ok(folder, "notify", UPGRADE)

    assert {"traders.md", "institutions.md", "regulators.md", "upgrade.ics"} == {
        path.rsplit("/", 1)[1] for path in notices.data["files"]
    }
    _ok(folder, "status", UPGRADE)


def test_deploy_compares_what_is_there_with_the_build(desk):
    """A UUPS implementation's self-address is told apart from other immutables."""
    _, _, folder = desk

    (market, clearing) = _ok(folder, "deploy", UPGRADE).data["implementations"]

    assert (True, "") == (market["present"], market["problem"])
    assert [market["address"].lower()[2:]] == [value[-40:] for value in market["immutables"].values()]
    assert clearing["immutables"] == {}


def test_deployed_code_that_differs_from_the_build_stops(desk):
    """Somebody put other code at the planned address: nothing goes on."""
    sandbox, _, folder = desk
    target = _ok(folder, "deploy", UPGRADE).data["implementations"][1]["address"]
    sandbox.set_code(target, b"\x60\x00\x60\x00\xfd")

    ran = invoke(folder, "deploy", UPGRADE)

    assert (5, True) == (ran.exit, "differs" in ran.data["implementations"][1]["problem"])


def test_simulating_again_gives_the_same_bytes(desk):
    """A run depends on plan and chain, not on when or how fast it was made."""
    _, _, folder = desk
    evidence = folder / "upgrades" / UPGRADE / "evidence"
    _ok(folder, "simulate", UPGRADE, *CALM)
    first = {path.name: path.read_bytes() for path in evidence.iterdir()}

    _ok(folder, "simulate", UPGRADE, *CALM)

    assert {"simulation.json", "regression.json"} <= first.keys()
    assert first == {path.name: path.read_bytes() for path in evidence.iterdir()}


def test_notices_are_dated_by_the_chain(desk):
    """Before scheduling a date is an assumption; afterwards it is the block's, and executed is said to be executed."""
    sandbox, _, folder = desk
    notice = folder / "upgrades" / UPGRADE / "notices" / "traders.md"
    _ok(folder, "notify", UPGRADE)
    assert "(assumed: not scheduled yet)" in notice.read_text()
    _scheduled(folder)
    scheduled = sandbox.block().timestamp
    _ok(folder, "notify", UPGRADE)
    assert f"Scheduled {moment(scheduled)}, it can be executed from {moment(scheduled + 172_800)}" in notice.read_text()
    sandbox.advance(172_800)
    _ok(folder, "execute", UPGRADE, *SEND)

    _ok(folder, "notify", UPGRADE)

    assert f"Executed {moment(sandbox.block().timestamp)}." in notice.read_text()


def test_notices_are_written_without_a_chain_too(desk):
    """An author on a train gets assumed dates, not an error."""
    _, _, folder = desk

    _ok(folder, "notify", UPGRADE, "--rpc", "http://127.0.0.1:9")

    text = (folder / "upgrades" / UPGRADE / "notices" / "regulators.md").read_text()
    assert "(assumed: not scheduled yet)" in text
    assert "No rule and no contract term changes, as stated by the requester." in text
    assert "keccak-256 of MANIFEST" in text


def test_what_is_signed_is_shown_whatever_else_is_quiet(desk):
    """The decoded screen is no progress: --quiet leaves it."""
    _, _, folder = desk
    _ok(folder, "propose", UPGRADE)

    done = subprocess.run(
        [str(Path(sys.executable).with_name("upgrader")), "sign", UPGRADE, "--account", "dev:1", "--quiet"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=folder,
    )

    assert 0 == done.returncode, done.stderr
    assert "Compare with what your device shows" in done.stderr
    assert f"next: upgrader signatures {UPGRADE}" == done.stdout.splitlines()[-1]


def test_a_signer_needs_no_more_than_the_bundle(desk, tmp_path):
    """The folder alone, as it comes by mail, and an endpoint of one's own: report, signature, and back as a file."""
    sandbox, _, folder = desk
    _ok(folder, "propose", UPGRADE)
    alone = tmp_path / UPGRADE
    shutil.copytree(folder / "upgrades" / UPGRADE, alone)
    rpc = ("--rpc", sandbox.url)
    _ok(tmp_path, "report", UPGRADE)
    signed = _ok(tmp_path, "sign", UPGRADE, "--account", "dev:3", *rpc)
    _ok(tmp_path, "signatures", UPGRADE, "--export", "mine.json")
    stranger = invoke(tmp_path, "sign", UPGRADE, "--account", "dev:8", *rpc)

    there = _ok(folder, "signatures", UPGRADE, "--import", str(tmp_path / "mine.json"))

    assert [signed.data["owner"]] == there.data["signed"]
    assert 2 == stranger.exit
    assert 2 == invoke(tmp_path, "plan", UPGRADE, *rpc).exit


def test_a_bundle_elsewhere_is_named_by_its_path(desk, tmp_path, monkeypatch, capsys):
    """What comes next can be typed where the command was typed, though no project is there."""
    _, _, folder = desk
    shutil.copytree(folder / "upgrades" / UPGRADE, tmp_path / "mail" / UPGRADE)
    monkeypatch.chdir(tmp_path)

    with pytest.raises(SystemExit):
        main(["report", f"mail/{UPGRADE}"])

    assert f"next: upgrader propose mail/{UPGRADE}" == capsys.readouterr().out.splitlines()[-1]


def test_writing_a_rollback_twice_writes_one_bundle(desk):
    """The same command again renews the file that nobody has planned yet."""
    sandbox, _, folder = desk
    _scheduled(folder)
    sandbox.advance(172_800)
    _ok(folder, "execute", UPGRADE, *SEND)
    first = _ok(folder, "rollback", UPGRADE)

    again = _ok(folder, "rollback", UPGRADE)

    assert ["002-rollback-put-spreads"] * 2 == [first.data["name"], again.data["name"]]


def _with_window(folder, opens, closes):
    path = folder / "upgrades" / UPGRADE / "upgrade.toml"
    path.write_text(f"{path.read_text()}\n[window]\nopens = {opens}\ncloses = {closes}\n")
    _ok(folder, "plan", UPGRADE)
    _ok(folder, "simulate", UPGRADE, "--no-regression")


def test_a_window_that_has_not_opened_is_waited_for(desk):
    """Traders were told when: a ready operation waits for its window."""
    sandbox, _, folder = desk
    _with_window(folder, "2099-01-01T00:00:00Z", "2099-01-02T00:00:00Z")
    _scheduled(folder)
    sandbox.advance(172_800)

    ran = invoke(folder, "execute", UPGRADE, *SEND)

    assert (6, True) == (ran.exit, "window opens" in ran.data["error"]["message"])


def test_a_window_that_has_closed_needs_a_new_plan(desk):
    """Executing late would be executing unannounced."""
    sandbox, _, folder = desk
    _with_window(folder, "2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z")
    _scheduled(folder)
    sandbox.advance(172_800)

    ran = invoke(folder, "execute", UPGRADE, *SEND)

    assert (5, True) == (ran.exit, "window closed" in ran.data["error"]["message"])


def test_other_code_at_the_planned_address_is_not_scheduled(desk):
    """The chain is compared with the build again before scheduling, without a compiler."""
    sandbox, _, folder = desk
    _ok(folder, "propose", UPGRADE)
    for signer in ("dev:1", "dev:2"):
        _ok(folder, "sign", UPGRADE, "--account", signer)
    target = _ok(folder, "deploy", UPGRADE).data["implementations"][0]["address"]
    sandbox.set_code(target, b"\x60\x00\x60\x00\xfd")

    ran = invoke(folder, "schedule", UPGRADE, *SEND)

    assert (5, True) == (ran.exit, "differs from the build" in ran.data["error"]["message"])


def test_an_owner_who_left_after_scheduling_stops_nothing(desk):
    """What is scheduled no longer depends on the Safe."""
    sandbox, _, folder = desk
    _scheduled(folder)
    safe = json.loads((folder / "upgrades" / UPGRADE / "plan.json").read_text())["plan"]["state"]["safe"]["address"]
    # Slot 4 of a Safe is its threshold.
    sandbox.set_storage(safe, 4, (1).to_bytes(32, "big"))
    sandbox.advance(172_800)

    assert _ok(folder, "execute", UPGRADE, *SEND).data["stage"] == "executed"
