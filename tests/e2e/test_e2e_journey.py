"""Turns of the journey that the demo does not take: cancelling, resuming, signatures that travel as files."""

import json

from upgrader.cli.demo.invoke import invoke
from upgrader.cli.demo.journey import CALM, UPGRADE

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
