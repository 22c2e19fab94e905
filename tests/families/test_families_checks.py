"""Every rule of every family of checks keeps the promises of its family."""

import importlib
import re
from pathlib import Path

import pytest

import upgrader.checks
from upgrader.checks.authority import FAMILY as AUTHORITY
from upgrader.checks.catalogue import page_of
from upgrader.checks.live import FAMILY as LIVE
from upgrader.checks.live import Case as LiveCase
from upgrader.checks.outcome import Outcome
from upgrader.checks.outcome._base import FAMILY as OUTCOME
from upgrader.checks.regression._base import FAMILY as REGRESSION
from upgrader.checks.storage import FAMILY as STORAGE
from upgrader.checks.storage import Case as StorageCase
from upgrader.governance.authority import Authority, AuthorityNode, HolderKind, Link, Relation
from upgrader.layout.compare import compare
from upgrader.layout.read import raw_layout
from upgrader.simulation.gathering import Gathering
from upgrader.simulation.result import Simulation, Step
from upgrader.units import address

FOLDER = Path(upgrader.checks.__file__).parent
RULES = sorted(
    f"{base.parent.name}.{file.stem}" for base in FOLDER.glob("*/_base.py") for file in base.parent.glob("[a-z]*.py")
)

SAME = raw_layout(
    {"storage": [{"label": "a", "type": "t_uint256", "slot": "0", "offset": 0, "contract": "C"}], "types": {}},
    "Market",
    "test",
)
PROXY, CONTRACT = address("0x" + "11" * 20), address("0x" + "22" * 20)
GOOD = Simulation(
    engine="anvil",
    chain_id=31337,
    base_block=1,
    base_timestamp=1,
    plan_digest="0x",
    steps=(Step("execute", "a", "b", "execute", succeeded=True, gas_used=1, timestamp=2),),
    call_tree=(),
    changes=(),
    probes=(),
    views_compared=1,
    differences=(),
    executed=True,
)
INNOCENT = {
    "storage": (STORAGE, StorageCase(SAME, SAME, compare(SAME, SAME))),
    "live": (LIVE, LiveCase(SAME, SAME, compare(SAME, SAME), None)),
    "outcome": (OUTCOME, Outcome(GOOD, {"market": "uups"})),
    "regression": (REGRESSION, Gathering(()).result()),
}
"""Family -> a case that has nothing wrong; code has suites of its own, authority is never without an opinion."""


@pytest.mark.parametrize("name", RULES)
def test_a_rule_names_its_codes(name):
    """Codes are stable words with dashes, each with a page in the family's chapter of the catalogue."""
    rule = importlib.import_module(f"upgrader.checks.{name}")

    assert rule.CODES
    for code in rule.CODES:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", code)
        page = page_of(code)
        assert page is not None
        assert page.family == name.partition(".")[0]


def test_no_code_is_given_by_two_rules():
    """A code leads to one page."""
    codes = [code for name in RULES for code in importlib.import_module(f"upgrader.checks.{name}").CODES]

    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("name", INNOCENT)
def test_a_case_without_fault_is_not_blocked(name):
    """A rule speaks of what it sees, never of what is not there."""
    family, case = INNOCENT[name]

    assert [] == [finding for rule in family.members() for finding in rule(case) if finding.blocks]


@pytest.mark.parametrize("name", INNOCENT)
def test_a_rule_has_no_memory(name):
    """The same case gives the same opinions: evidence is written in the same bytes whoever computes it."""
    family, case = INNOCENT[name]

    first = [list(rule(case)) for rule in family.members()]

    assert first == [list(rule(case)) for rule in family.members()]


def test_what_could_not_be_learnt_of_an_authority_is_not_passed_over():
    """A graph with a gap is never silently good."""
    node = AuthorityNode(CONTRACT, HolderKind.CONTRACT, gaps=("its logs could not be read",))
    authority = Authority(PROXY, "uups", (Link(Relation.OWNER, CONTRACT),), {CONTRACT: node})

    assert any(finding.blocks for rule in AUTHORITY.members() for finding in rule(authority))
