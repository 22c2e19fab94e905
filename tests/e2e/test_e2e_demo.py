"""The demo from start to finish, as the one JSON document it gives."""

from pathlib import Path

import demo_build
import pytest

from upgrader.cli.demo.invoke import invoke

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def ran():
    """One run of ``upgrader demo --json`` in a folder of its own."""
    folder = demo_build.own_folder("demo")
    demo_build.compiled(folder)
    return invoke(ROOT, "demo", "--folder", folder.relative_to(ROOT).as_posix())


def test_the_demo_ends_well(ran):
    """Exit code 0, one document, every stage as expected."""
    assert (0, True, "safe") == (ran.exit, ran.document["ok"], ran.document["verdict"]), ran.document
    assert all(stage["expected"] for stage in ran.data["stages"])


def test_the_demo_goes_through_every_step(ran):
    """Upgrade, refusal before the delay, rollback, notices."""
    names = [stage["name"] for stage in ran.data["stages"]]

    for wanted in ("check", "plan", "simulate", "sign 1", "sign 2", "schedule", "execute early", "execute", "verify"):
        assert wanted in names
    assert "rollback: verify" in names


def test_every_broken_upgrade_is_refused(ran):
    """Each of them is one stage and one refusal."""
    refused = [stage for stage in ran.data["stages"] if stage["name"].startswith("refuse ")]

    assert len(refused) >= 6
    assert {"unsafe"} == {stage["verdict"] for stage in refused}


def test_the_bundle_and_the_report_are_there(ran):
    """The last lines name files that exist."""
    assert (ROOT / ran.data["report"]).is_file()
    assert (ROOT / ran.data["bundle"] / "MANIFEST").is_file()
