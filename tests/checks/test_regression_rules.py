"""Rules on a market regression: each fires on its fact, and an invariant stands above every declaration."""

from dataclasses import replace
from fractions import Fraction

import pytest

from upgrader.checks.regression import examine
from upgrader.errors import InputError
from upgrader.findings import Severity, verdict_of
from upgrader.plan.manifest import Difference, Waiver, read_manifest
from upgrader.plan.waive import waive
from upgrader.simulation.compare import Aspect, MarketDifference
from upgrader.simulation.gathering import Gathering
from upgrader.simulation.regression import Replay, Unproved
from upgrader.simulation.script import Breach
from upgrader.units import Timestamp

DEARER = MarketDifference(Aspect.ANSWER, "market", "priceOf(uint256)", "price", 2, "100", "110", Fraction(1, 10))
HALVED = replace(DEARER, new="50", relative=Fraction(1, 2))
REVERTS = MarketDifference(Aspect.STATUS, "market", "buy(uint256)", "buy", 1, "returns 1", "reverts: 0x")
COSTLY = MarketDifference(Aspect.GAS, "market", "buy(uint256) gas", "buy", 1, "1 gas", "2 gas", Fraction(1))
WORD = MarketDifference(Aspect.STORAGE, "market", "slot 0x1", "slot 0x1", -1, "0x01", "0x02", Fraction(1))
INSOLVENT = Breach("conservation", "invariant", "house", "totalBalances()", 3, "1 wei short")
MISPRICED = Breach("Black-Scholes", "reference", "market", "priceOf(uint256)", 3, "5 instead of 6")

SURFACE = Difference("market", "priceOf(uint256)", "a volatility surface", bound="0.15")


def findings(*found, declared=(), case="calm"):
    gathering = Gathering(declared)
    gathering.compared(case, (1, 1), [("market", "priceOf(uint256)")])
    for each in found:
        if isinstance(each, Breach):
            gathering.breach(case, "s", each, old_too=False)
        else:
            gathering.difference(case, "s", each)
    return examine(gathering.result())


def codes(*found, **context):
    return [(each.code, each.severity) for each in findings(*found, **context)]


BLOCKS = ("market-difference", Severity.BLOCKER)
NOTED = ("market-difference-declared", Severity.NOTE)
ABSENT = ("market-difference-absent", Severity.WARNING)


def test_equal_behaviour_has_no_findings():
    """Nothing to say where nothing differs."""
    assert [] == codes()


@pytest.mark.parametrize("found", [DEARER, REVERTS, COSTLY, WORD], ids=lambda found: found.aspect.value)
def test_an_undeclared_difference_blocks(found):
    """Whatever the aspect."""
    assert [BLOCKS] == codes(found)


@pytest.mark.parametrize(
    ("declared", "found", "expected"),
    [
        (SURFACE, DEARER, [NOTED]),
        (SURFACE, HALVED, [BLOCKS]),
        (replace(SURFACE, observable="priceOf"), DEARER, [NOTED]),
        (replace(SURFACE, contract="house"), DEARER, [BLOCKS, ABSENT]),
        (replace(SURFACE, condition="calm"), DEARER, [NOTED]),
        (replace(SURFACE, condition="crash"), DEARER, [BLOCKS, ABSENT]),
        (replace(SURFACE, bound=""), HALVED, [NOTED]),
        (Difference("market", "buy", "stricter", bound="9"), REVERTS, [BLOCKS]),
        (Difference("market", "buy", "stricter"), REVERTS, [NOTED]),
        (Difference("market", "buy", "stricter"), COSTLY, [BLOCKS, ABSENT]),
        (Difference("market", "buy(uint256) gas", "one check more"), COSTLY, [NOTED]),
        (Difference("market", "storage", "repacked"), WORD, [NOTED]),
    ],
)
def test_a_declaration_covers_what_it_names_within_its_bound(declared, found, expected):
    """Contract, observable, condition and bound must all fit; a revert is within no bound; gas is declared apart."""
    assert expected == codes(found, declared=[declared])


def test_a_difference_in_and_beyond_its_bound_is_both():
    """One case keeps the bound and another does not: the second blocks, and says which bound."""
    both = findings(DEARER, HALVED, declared=[SURFACE])

    assert [BLOCKS, NOTED] == [(each.code, each.severity) for each in both]
    assert "0.15" in both[0].message


def test_a_declared_difference_that_is_absent_warns():
    """The signers were told of something that does not happen."""
    assert [ABSENT] == codes(declared=[SURFACE])


def test_storage_that_nobody_read_is_neither_seen_nor_absent():
    """A quick run reads no word: it says nothing of a declaration about storage, and a run that read some does."""
    declared = Difference("market", "storage", "positions are packed")
    read = Gathering([declared])
    read.compared("calm", (1, 1), [("market", "priceOf(uint256)")], words=7)

    assert [] == codes(declared=[declared])
    assert ["market-difference-absent"] == [found.code for found in examine(read.result())]


def test_one_for_a_later_step_may_be_absent():
    """The surface is activated a week after the upgrade."""
    assert [] == codes(declared=[replace(SURFACE, activation="setSurface")])


@pytest.mark.parametrize(
    ("breach", "code"), [(INSOLVENT, "market-invariant-broken"), (MISPRICED, "market-reference-deviation")]
)
def test_a_broken_law_blocks_whatever_is_declared(breach, code):
    """No declaration about its contract and view helps."""
    declared = [Difference(breach.contract, breach.observable, "we know", activation="later")]

    assert [(code, Severity.BLOCKER)] == codes(breach, declared=declared)


def test_no_waiver_is_accepted_for_an_invariant():
    """The waiver itself becomes a blocker, and the finding stays one."""
    waiver = Waiver("market-invariant-broken", "house.totalBalances()", "we know", "somebody", Timestamp(10**10))
    left = waive(findings(INSOLVENT), [waiver], at=Timestamp(1))

    assert {"market-invariant-broken", "waiver-refused"} == {each.code for each in left if each.blocks}
    assert "unsafe" == verdict_of(left)


def test_findings_of_many_markets_are_one():
    """A rule speaks once of one observable, and counts the rest."""
    gathering = Gathering()
    for case in ("calm", "crash/a", "crash/b"):
        gathering.difference(case, case, DEARER)
    (found,) = examine(gathering.result())

    assert ("calm, crash/a, crash/b", "3") == (found.evidence["cases"], found.evidence["times"])


MANIFEST = {
    "schema": 1,
    "upgrade": {"name": "v3", "summary": "s", "governance": "g"},
    "change": [{"contract": "market", "source": "a.sol:A"}],
}


def test_a_declaration_is_read_with_its_bound():
    """The fields of upgrade.toml."""
    entry = {"contract": "market", "observable": "buy", "why": "w", "condition": "calm", "bound": "0.15"}
    (read,) = read_manifest({**MANIFEST, "difference": [entry]}).difference

    assert Difference("market", "buy", "w", "calm", "0.15") == read


@pytest.mark.parametrize("bound", ["15%", "-1", "1e3", ".5", "a lot"])
def test_a_bound_that_is_no_share_is_refused(bound):
    """A mistyped bound must not pass for none."""
    with pytest.raises(InputError):
        read_manifest({**MANIFEST, "difference": [{**SURFACE_ENTRY, "bound": bound}]})


SURFACE_ENTRY = {"contract": "market", "observable": "buy", "why": "w"}


UNPROVED = Unproved("0x01", 7, "market", "buy(uint256)", "it used 5 gas then and uses 6 now", "name an archive node")
REPLAYED = Replay(3, 5, 9, 0, 12, (), ("Nothing before block 0 was looked at.",))


@pytest.mark.parametrize(
    ("replay", "expected", "verdict"),
    [
        (None, [], "safe"),
        (REPLAYED, [("traffic-replayed", Severity.NOTE)], "safe"),
        (replace(REPLAYED, transactions=0, first=0, last=0), [("traffic-none", Severity.WARNING)], "safe"),
        (
            replace(REPLAYED, unproved=(UNPROVED, replace(UNPROVED, transaction="0x02"))),
            [("traffic-not-reproduced", Severity.BLOCKER), ("traffic-replayed", Severity.NOTE)],
            "cannot_tell",
        ),
        (
            replace(REPLAYED, transactions=0, unproved=(UNPROVED,)),
            [("traffic-not-reproduced", Severity.BLOCKER)],
            "cannot_tell",
        ),
    ],
    ids=["none asked", "all as then", "no traffic", "some not as then", "none as then"],
)
def test_past_transactions_are_evidence_only_where_they_ended_as_then(replay, expected, verdict):
    """One that did not is *cannot tell*; a chain without traffic says so; what was not looked at is in the words."""
    found = examine(replace(Gathering().result(), replay=replay))

    assert expected == [(each.code, each.severity) for each in found]
    assert verdict == verdict_of(found)


def test_transactions_that_fail_alike_are_one_finding():
    """It counts them, names them, and says what to do."""
    unproved = (UNPROVED, replace(UNPROVED, transaction="0x02", block=8), replace(UNPROVED, reason="no state"))
    found = [each for each in examine(replace(Gathering().result(), replay=replace(REPLAYED, unproved=unproved)))
             if each.blocks]  # fmt: skip

    assert {("0x01, 0x02", "2", "name an archive node"), ("0x01", "1", "name an archive node")} == {
        (each.evidence["transactions"], each.evidence["times"], each.remedy) for each in found
    }
