"""Market regressions built by hand: nothing differs, all as declared, broken, and hostile."""

from dataclasses import replace
from fractions import Fraction

from reports_world import HOSTILE_TEXT

from upgrader.plan.manifest import Difference
from upgrader.simulation.assurance import Assurance, Replayed
from upgrader.simulation.compare import Aspect, MarketDifference
from upgrader.simulation.dissected import Dissected, Inside
from upgrader.simulation.gathering import Gathering
from upgrader.simulation.legend import Scale
from upgrader.simulation.plot import Path, Plot
from upgrader.simulation.regression import Part, Read, Replay, Unseen
from upgrader.simulation.result import CallNode, SlotChange, VariableChange
from upgrader.simulation.script import Breach
from upgrader.simulation.told import Step, Told
from upgrader.units import Address

PREMIUM, SPOT = Scale("premium", "USD", 18), Scale("ETH", "USD", 18)
TRADER = Address("0x" + "B2" * 20)
PRICE, MARGIN, BUY, REDEEM = (
    ("market", "priceOf(uint256)"), ("house", "marginOf(address)"), ("market", "buy(uint256)"),
    ("market", "redeem(uint256)"),
)  # fmt: skip
CASES = ("calm", "cascade_2025_10_10", "oracle_bad/zero")
SURFACE = Difference("market", "priceOf", "a surface instead of one volatility", bound="0.15", amount=str(10**18))
LATER = Difference("house", "marginOf", "follows the price", activation="activate the surface")
UNITS = 10**18

DEARER = MarketDifference(
    Aspect.ANSWER, *PRICE, "price 1", 1, str(61 * UNITS), str(64 * UNITS), Fraction(3, 61)
)  # fmt: skip
UNPAID = MarketDifference(Aspect.STATUS, *REDEEM, "redeem", 2, "returns 119999999", f"reverts: Refused({TRADER})")
SHORT = MarketDifference(
    Aspect.ANSWER, "house", "poolOf(uint256)", "pool 1", 2, "5000000", "4999999", Fraction(1, 5_000_000)
)  # fmt: skip
SCRIPT = "01-market-redeem-status.json"

PLOT = Plot(
    "cascade_2025_10_10", "cascade_2025_10_10: a market day", "answer", *PRICE, "priceOf(seriesId: 1)", PREMIUM,
    (12, 3_612, 7_212, 680_400), tuple(str(each * UNITS) for each in (61, 70, 90, 12)),
    (*(str(each * UNITS) for each in (64, 73, 97)), ""),
)  # fmt: skip
PATH = Path(PLOT.case, PLOT.scenario, SPOT, (12, 3_612, 680_400), (str(3_000 * UNITS), str(2_520 * UNITS), ""))
TOLD = Told(
    SCRIPT, "calm", f"market.redeem(uint256) (status): {UNPAID.old} -> {UNPAID.new}",
    (
        Step("upgrade", 12, label="the upgrade is executed, on the new code only"),
        Step("act", 3_600, "taker", "market", "redeem(amount: 1000000000000000000, expiry: 1768291200)", "redeem", "",
             UNPAID.old, UNPAID.new),
        Step("ask", 0, "", "house", "poolOf(seriesId: 1)", "pool 1", "", "5000000", "4999999"),
    ),
)  # fmt: skip


def _gathered(differences=(), breaches=(), declared=()):
    gathering = Gathering(declared)
    for case in CASES:
        gathering.compared(case, (200, 1_500), [PRICE, MARGIN, BUY, REDEEM, ("house", "poolOf(uint256)")], 6)
    for case, found in differences:
        gathering.difference(case, f"{case}: a market day", found)
    for breach in breaches:
        gathering.breach("calm", "calm: a market day", breach, old_too=False)
    scales = (Read("market", "redeem(uint256)", 0, Scale("payout", "USD", 6)), Read(*PRICE, 0, PREMIUM))
    gathering.read(scales, {TRADER: "taker"})
    return gathering.result()


SAME = replace(
    _gathered(), replay=Replay(12, 100, 140, 90, 150, omitted=("block 120 is large",)),
    assurance=(Assurance("anvil", "osaka", "osaka", 3, 3, 40, complete=True,
                         replayed=(Replayed("a", "new", "mined", 900),)),),
    unseen=(Unseen("The venue has no perpetual market.", chosen=False),),
)  # fmt: skip
AS_DECLARED = replace(
    _gathered([(case, DEARER) for case in CASES[:2]], declared=(SURFACE, LATER)),
    plots=(PLOT,), paths=(PATH,), parts=(Part("markets as of now", 3, 600, 4_500),),
)  # fmt: skip
_broken = _gathered(
    [("calm", UNPAID), ("calm", SHORT), ("calm", replace(DEARER, relative=Fraction(1, 2)))],
    [Breach("conservation of collateral", "invariant", "house", "totalBalances()", 2, "holds 5 and owes 6 units")],
    (SURFACE,),
)


def _dissected(text, script, variable):
    """One transaction of a script from within, on both codes; one word that nothing explains."""
    tree = (CallNode(0, "CALL", TRADER, TRADER, text), CallNode(1, "DELEGATECALL", TRADER, TRADER, text, failed=True))
    named = SlotChange(text, TRADER, "0x01", "0x00", "0x07", (VariableChange(variable, "uint256", "0", "7"),))
    act = Inside(text, True, tree, (named, replace(named, slot="0x02", variables=())))  # noqa: FBT003 - it went through
    return tuple(Dissected(script, branch, (act,) * 13) for branch in ("old", "new"))


BROKEN = replace(
    _broken,
    differences=tuple(replace(shown, script=SCRIPT) for shown in _broken.differences),
    plots=(PLOT,), paths=(PATH,), told=(TOLD,), dissected=_dissected("redeem", SCRIPT, "balances[trader]"),
)  # fmt: skip


def _hostile():
    text = HOSTILE_TEXT
    found = MarketDifference(Aspect.ANSWER, text, text, text, 0, text, text, Fraction(1, 3))
    gathering = Gathering([Difference(text, text, text, activation=text)])
    gathering.compared(text, (1, 1), [(text, text), (text, f"other {text}")], 1)
    gathering.difference(text, text, found)
    gathering.breach(text, text, Breach(text, "invariant", text, text, 0, text), old_too=False)
    scale = Scale(text, text, 18)
    gathering.read((Read(text, text, 0, scale),), {Address(text): text})
    result = gathering.result()
    step = Step("act", 1, text, text, text, text, text, text, f"{text}!")
    return replace(
        result,
        differences=(replace(result.differences[0], script=text), replace(result.differences[0], declared=text)),
        plots=(Plot(text, text, "answer", text, text, text, scale, (1, 2), ("1", "2"), ("3", "4"), text),),
        paths=(Path(text, text, scale, (1,), ("5",)),),
        told=(Told(text, text, f"{text}.{text} (answer)", (step, replace(step, kind="put")), 7),),
        parts=(Part(text, 1, 1, 1),),
        dissected=_dissected(text, text, text),
    )


HOSTILE_MARKET = _hostile()
