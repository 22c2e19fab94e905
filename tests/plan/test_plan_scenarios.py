"""A plan commits to the scenarios that were there when it was made."""

import pytest

from upgrader.errors import InputError, MismatchError
from upgrader.plan.project import read_project
from upgrader.plan.scenarios import PlannedScenarios, ScenarioFile, require_planned
from upgrader.units import address

FEED, OTHER = address("0x" + "11" * 20), address("0x" + "22" * 20)
FILES = (ScenarioFile("scenarios/a.py", "0" * 64), ScenarioFile("scenarios/b.py", "1" * 64))
PLANNED = PlannedScenarios(FILES, {"feed": FEED})
PROJECT = {
    "schema": 1,
    "project": {"name": "Strike"},
    "governance": {"main": {"network": "mainnet", "safe": FEED}},
    "contracts": {"market": {"network": "mainnet", "proxy": FEED, "source": "a.sol:A", "governance": "main"}},
}


def test_the_planned_scenarios_are_fresh():
    """Nothing changed, nothing is said."""
    require_planned(PLANNED, FILES, {"feed": FEED}, upgrade="001-a")


@pytest.mark.parametrize(
    ("files", "addresses", "words"),
    [
        (FILES[:1], {"feed": FEED}, "scenarios/b.py removed"),
        ((*FILES, ScenarioFile("scenarios/c.py", "2" * 64)), {"feed": FEED}, "scenarios/c.py added"),
        ((FILES[0], ScenarioFile("scenarios/b.py", "2" * 64)), {"feed": FEED}, "scenarios/b.py changed"),
        (FILES, {"feed": OTHER}, "address feed changed"),
        (FILES, {}, "address feed removed"),
    ],
)
def test_whatever_changed_makes_the_plan_stale(files, addresses, words):
    """Each file and each address is named, with what was done to it."""
    with pytest.raises(MismatchError, match=words) as caught:
        require_planned(PLANNED, files, addresses, upgrade="001-a")

    assert "upgrader plan 001-a" in caught.value.remedy


def test_scenarios_find_contracts_and_further_addresses_by_name():
    """Those under management on the network, and those of [regression.addresses]."""
    project = read_project({**PROJECT, "regression": {"scenarios": "s", "addresses": {"feed": OTHER}}})

    assert {"market": FEED, "feed": OTHER} == project.addresses("mainnet")
    assert {"feed": OTHER} == project.addresses("elsewhere")


@pytest.mark.parametrize(
    "regression",
    [
        {"addresses": {"market": OTHER}},
        {"sources": {"feed": "a.sol:A"}},
        {"scenario": "s"},
        {"addresses": {"feed": "0x1"}},
    ],
)
def test_a_wrong_table_is_refused(regression):
    """A name that stands twice, a source without an address, an unknown key, no address."""
    with pytest.raises(InputError):
        read_project({**PROJECT, "regression": regression})
