"""The plan as a value: it reaches its goal, names itself, survives writing, and can be undone."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upgrader.calls import encode_call
from upgrader.errors import InputError, MismatchError
from upgrader.plan.digest import canonical, digest
from upgrader.plan.invert import invert
from upgrader.plan.operations import create2_address
from upgrader.plan.upgrade_plan import read_plan, write_plan
from upgrader.units import Hash32, address, hex_bytes, hexed, keccak


def test_a_plan_applied_reaches_its_goal(plan):
    """Every proxy runs in the goal what its operation says, and nothing else changed."""
    goal = plan.goal

    assert {u.contract: u.after for u in plan.upgrades} == {n: c.implementation for n, c in goal.contracts.items()}
    assert replace(goal, contracts=plan.state.contracts) == plan.state


def test_each_kind_is_upgraded_by_the_call_that_it_obeys(plan):
    """A UUPS proxy is called itself, a transparent one through its ProxyAdmin."""
    market, clearing = plan.upgrades
    calls = plan.calls

    assert [market.proxy, clearing.admin] == [call.to for call in calls]
    assert encode_call("upgradeToAndCall(address,bytes)", market.after, market.call) == calls[0].data
    assert encode_call("upgradeAndCall(address,address,bytes)", clearing.proxy, clearing.after, b"") == calls[1].data


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("uups", "upgradeTo(address)"), ("transparent", "upgrade(address,address)"), ("beacon", "upgradeTo(address)")],
)
def test_before_openzeppelin_5_an_upgrade_without_a_call_uses_the_plain_function(plan, kind, expected):
    """Older upgradeToAndCall delegates even an empty call, which most implementations refuse."""
    old = replace(plan.upgrades[1], kind=kind, interface_version="")
    arguments = (old.proxy, old.after) if kind == "transparent" else (old.after,)

    assert encode_call(expected, *arguments) == old.calls()[0].data


def test_a_written_plan_reads_back_equal(plan):
    """plan.json holds everything, and its digest is recomputed on reading."""
    text = json.dumps(write_plan(plan))

    assert plan == read_plan(json.loads(text))


@pytest.mark.parametrize(
    "tamper",
    [
        lambda t: t["plan"]["operations"][2].update(after="0x" + "ee" * 20),
        lambda t: t["plan"].update(delay=1),
        lambda t: t["plan"]["state"]["contracts"]["market"].update(implementation="0x" + "ee" * 20),
        lambda t: t.update(digest="0x" + "00" * 32),
    ],
)
def test_a_tampered_plan_is_refused(plan, tamper):
    """Changing any field, or the digest, is noticed."""
    tree = json.loads(json.dumps(write_plan(plan)))
    tamper(tree)

    with pytest.raises(MismatchError, match="digest"):
        read_plan(tree)


@pytest.mark.parametrize("tree", [{}, {"digest": "0x", "plan": []}, {"digest": "0x00", "plan": {"name": 1}}])
def test_a_malformed_plan_is_bad_input(tree):
    """A document of another shape is an error of the file, not a traceback."""
    with pytest.raises(InputError):
        read_plan(tree)


def test_inverting_restores_the_state(plan):
    """The inverse plan, applied to the goal, runs the old implementations again."""
    back = invert(plan, plan.goal)

    assert {n: c.implementation for n, c in plan.state.contracts.items()} == {
        n: c.implementation for n, c in back.goal.contracts.items()
    }


def test_inverting_twice_is_the_plan_without_its_calls(plan):
    """Going back and forth again gives the same upgrades; the initializer was spent the first time."""
    twice = invert(invert(plan, plan.goal), plan.state)

    assert [replace(step, call=b"") for step in plan.upgrades] == list(twice.upgrades)


def test_what_was_never_executed_cannot_be_rolled_back(plan):
    """Inverting from a state that does not run the new code says so."""
    with pytest.raises(InputError, match="runs"):
        invert(plan, plan.state)


def test_create2_addresses_match_the_published_examples():
    """Source: https://eips.ethereum.org/EIPS/eip-1014, examples 1 to 4."""
    examples = [
        ("0x" + "00" * 20, "00" * 32, "0x00", "0x4D1A2e2bB4F88F0250f26Ffff098B0b30B26BF38"),
        ("0xdeadbeef00000000000000000000000000000000", "00" * 32, "0x00", "0xB928f69Bb1D91Cd65274e3c79d8986362984fDA3"),
        (
            "0xdeadbeef00000000000000000000000000000000",
            "000000000000000000000000feed000000000000000000000000000000000000",
            "0x00",
            "0xD04116cDd17beBE565EB2422F2497E06cC1C9833",
        ),
        ("0x" + "00" * 20, "00" * 32, "0xdeadbeef", "0x70f2b2914A2a4b783FaEFb75f459A580616Fcb5e"),
    ]
    for factory, salt, code, expected in examples:
        found = create2_address(keccak(hex_bytes(code)), salt=Hash32(bytes.fromhex(salt)), factory=address(factory))

        assert expected == found


json_trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=5), json_trees, max_size=4))
def test_the_digest_does_not_depend_on_the_order_of_keys(tree):
    """Two documents with the same content have one digest, and reading back the canonical bytes keeps it."""
    shuffled = dict(reversed(tree.items()))

    assert digest(tree) == digest(shuffled)
    assert canonical(tree) == canonical(json.loads(canonical(tree)))


def test_floats_have_no_canonical_form():
    """Amounts are strings; a float would lose digits silently."""
    with pytest.raises(TypeError, match="float"):
        digest({"amount": 1.5})


def test_the_digest_commits_to_waivers_and_declared_differences(plan):
    """What signers sign includes every reason given."""
    from upgrader.plan.manifest import Difference

    declared = replace(plan, differences=(Difference("market", "version()", "new version"),))

    assert hexed(plan.digest) != hexed(declared.digest)
