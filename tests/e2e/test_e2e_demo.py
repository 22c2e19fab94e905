"""The demo from start to finish, as the one JSON document it gives."""

from pathlib import Path

import demo_build
import pytest

from upgrader.cli.demo.invoke import invoke
from upgrader.cli.demo.project import BROKEN_ECONOMICS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def ran():
    """One run of ``upgrader demo --json`` in a folder of its own."""
    folder = demo_build.own_folder("demo")
    demo_build.compiled(whole=False)
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


def _stage(ran, name):
    return next(stage for stage in ran.data["stages"] if stage["name"] == name)


def test_a_pricing_change_is_declared_with_its_bound(ran):
    """The surface's premiums differ as declared, which is a note; the markets stay safe."""
    stage = _stage(ran, "pricing change: simulate")
    declared = {f["subject"] for f in stage["findings"] if f["code"] == "market-difference-declared"}

    assert "safe" == stage["verdict"]
    assert {"market.priceOf(uint256)", "market.activateSurface(address)"} == declared


def test_broken_economics_are_refused_by_the_markets(ran):
    """Each names the function that betrays it; no rule on code or layouts sees any of them."""
    for name, function in BROKEN_ECONOMICS.items():
        blocking = [f for f in _stage(ran, f"refuse {name}")["findings"] if f["severity"] == "BLOCKER"]
        assert any(function in finding["subject"] for finding in blocking)
        assert {"market-difference", "market-invariant-broken"} >= {finding["code"] for finding in blocking}


def test_the_bundle_and_the_report_are_there(ran):
    """The last lines name files that exist."""
    assert (ROOT / ran.data["report"]).is_file()
    assert (ROOT / ran.data["bundle"] / "MANIFEST").is_file()
