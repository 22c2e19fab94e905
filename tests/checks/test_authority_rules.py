"""Rules on authority: each world breaks one of them, and the good world breaks none."""

import sys
from dataclasses import replace

import pytest

from upgrader.checks.authority import FAMILY, examine
from upgrader.findings import Severity, Verdict, verdict_of
from upgrader.governance.authority import ANYONE, Authority, AuthorityNode, HolderKind, Link, Relation
from upgrader.governance.safe_state import SafeState
from upgrader.governance.timelock_state import TimelockState
from upgrader.units import Seconds, address


def at(digit: str) -> str:
    return address("0x" + digit * 40)


PROXY, TIMELOCK, SAFE, DEPLOYER, MODULE = map(at, "12345")
ALICE, BOB, CAROL = map(at, "678")

SAFE_STATE = SafeState(
    address=SAFE,
    version="1.4.1",
    threshold=2,
    owners=(ALICE, BOB, CAROL),
    nonce=0,
    modules=(),
    guard=None,
    module_guard=None,
    fallback_handler=None,
    singleton=at("9"),
)
TIMELOCK_STATE = TimelockState(
    address=TIMELOCK,
    min_delay=Seconds(172_800),
    proposers=(SAFE,),
    executors=(SAFE,),
    cancellers=(SAFE,),
    admins=(),
    open_executor=False,
)


def account(holder: str) -> AuthorityNode:
    return AuthorityNode(holder, HolderKind.ACCOUNT)


SAFE_NODE = AuthorityNode(
    SAFE, HolderKind.SAFE, tuple(Link(Relation.SIGNER, owner) for owner in SAFE_STATE.owners), safe=SAFE_STATE
)
TIMELOCK_NODE = AuthorityNode(TIMELOCK, HolderKind.TIMELOCK, (Link(Relation.PROPOSER, SAFE),), timelock=TIMELOCK_STATE)
GOOD = Authority(
    subject=PROXY,
    kind="uups",
    links=(Link(Relation.ROLE, TIMELOCK, "UPGRADER_ROLE"),),
    nodes={TIMELOCK: TIMELOCK_NODE, SAFE: SAFE_NODE, **{owner: account(owner) for owner in (ALICE, BOB, CAROL)}},
)
"""A timelock of 48 h, proposed by a Safe of two out of three, closed to everybody else."""


def linked(*links: Link, **nodes: AuthorityNode) -> Authority:
    """Return the good world with more ways in."""
    return replace(GOOD, links=GOOD.links + links, nodes={**GOOD.nodes, **{n.address: n for n in nodes.values()}})


def with_node(node: AuthorityNode) -> Authority:
    """Return the good world with one holder changed."""
    return replace(GOOD, nodes={**GOOD.nodes, node.address: node})


def safe(**changes) -> AuthorityNode:
    state = replace(SAFE_STATE, **changes)
    modules = tuple(Link(Relation.MODULE, module) for module in state.modules)
    return replace(SAFE_NODE, safe=state, links=SAFE_NODE.links + modules)


def timelock(**changes) -> AuthorityNode:
    state = replace(TIMELOCK_STATE, **changes)
    admins = tuple(Link(Relation.TIMELOCK_ADMIN, admin) for admin in state.admins)
    return replace(TIMELOCK_NODE, timelock=state, links=TIMELOCK_NODE.links + admins)


def owned_by(holder: AuthorityNode) -> Authority:
    return replace(GOOD, links=(Link(Relation.OWNER, holder.address),), nodes={**GOOD.nodes, holder.address: holder})


WORLDS = {
    "good": (GOOD, {}),
    "anybody": (replace(GOOD, links=(Link(Relation.CALLER, ANYONE),)), {"authority-open": Severity.BLOCKER}),
    "one account": (owned_by(account(DEPLOYER)), {"authority-eoa": Severity.WARNING}),
    "an account beside the timelock": (
        linked(Link(Relation.GRANTER, DEPLOYER), deployer=account(DEPLOYER)),
        {"authority-bypass": Severity.BLOCKER, "authority-eoa": Severity.WARNING},
    ),
    "the Safe beside the timelock": (linked(Link(Relation.OWNER, SAFE)), {"authority-bypass": Severity.BLOCKER}),
    "an account proposes too": (
        replace(
            GOOD,
            nodes={
                **GOOD.nodes,
                TIMELOCK: replace(TIMELOCK_NODE, links=(*TIMELOCK_NODE.links, Link(Relation.PROPOSER, DEPLOYER))),
                DEPLOYER: account(DEPLOYER),
            },
        ),
        {"authority-bypass": Severity.BLOCKER, "authority-eoa": Severity.WARNING},
    ),
    "whoever changes the timelock's code": (
        replace(
            GOOD,
            nodes={
                **GOOD.nodes,
                TIMELOCK: replace(TIMELOCK_NODE, links=(*TIMELOCK_NODE.links, Link(Relation.CODE, SAFE))),
            },
        ),
        {"authority-bypass": Severity.BLOCKER},
    ),
    "a module": (
        replace(GOOD, nodes={**GOOD.nodes, SAFE: safe(modules=(MODULE,)), MODULE: account(MODULE)}),
        {"safe-module": Severity.WARNING, "authority-eoa": Severity.WARNING},
    ),
    "one of three": (with_node(safe(threshold=1)), {"safe-low-threshold": Severity.WARNING}),
    "two of four": (
        with_node(safe(owners=(ALICE, BOB, CAROL, DEPLOYER))),
        {"safe-low-threshold": Severity.NOTE},
    ),
    "no delay": (with_node(timelock(min_delay=Seconds(0))), {"timelock-zero-delay": Severity.WARNING}),
    "a minute": (with_node(timelock(min_delay=Seconds(60))), {"timelock-short-delay": Severity.WARNING}),
    "six hours": (with_node(timelock(min_delay=Seconds(21_600))), {"timelock-short-delay": Severity.NOTE}),
    "an open executor": (
        with_node(timelock(open_executor=True, executors=())),
        {"timelock-open-executor": Severity.NOTE},
    ),
    "an external admin": (
        replace(GOOD, nodes={**GOOD.nodes, TIMELOCK: timelock(admins=(DEPLOYER,)), DEPLOYER: account(DEPLOYER)}),
        {"timelock-admin": Severity.WARNING, "authority-eoa": Severity.WARNING},
    ),
    "missing logs": (replace(GOOD, gaps=("logs are missing",)), {"authority-unjudged": Severity.BLOCKER}),
    "a doubtful Safe": (
        with_node(replace(SAFE_NODE, gaps=("not published Safe code",))),
        {"authority-unjudged": Severity.BLOCKER},
    ),
    "a proxy as owner": (
        owned_by(AuthorityNode(MODULE, HolderKind.PROXY, (Link(Relation.OWNER, SAFE),))),
        {"authority-unjudged": Severity.BLOCKER},
    ),
}


@pytest.mark.parametrize("name", WORLDS)
def test_each_world_breaks_its_rules(name):
    """The codes and severities are exactly those of the world."""
    authority, expected = WORLDS[name]

    assert {finding.code: finding.severity for finding in examine(authority)} == expected


def test_every_rule_has_a_world():
    """No rule is without an example that breaks it."""
    codes = {code for judge in FAMILY.members() for code in sys.modules[judge.__module__].CODES}

    assert codes == {code for _, expected in WORLDS.values() for code in expected}


def test_what_cannot_be_judged_is_not_safe():
    """A gap alone makes the verdict "cannot tell"."""
    authority, _ = WORLDS["missing logs"]

    assert verdict_of(examine(authority)) is Verdict.CANNOT_TELL


def test_a_bypass_names_what_it_goes_around_and_how():
    """The finding carries the path from the key to the contract."""
    authority, _ = WORLDS["an account beside the timelock"]
    (finding,) = [each for each in examine(authority) if each.code == "authority-bypass"]

    assert finding.message == f"{DEPLOYER} can upgrade it around the timelock and the safe"
    assert finding.evidence["path"] == f"account {DEPLOYER} as can grant itself"


@pytest.mark.parametrize("judge", FAMILY.members(), ids=lambda judge: judge.__module__.rpartition(".")[2])
def test_every_rule_documents_itself(judge):
    """A rule's docstring is its page: why, fix, example, source."""
    page = sys.modules[judge.__module__].__doc__

    assert [word for word in ("Why:", "Fix:", "Example:", "Source:") if word not in page] == []
