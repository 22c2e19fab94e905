"""What must always be true of the perpetual market, as functions on answers.

The worth, margin and liquidation price of every account are worked out again here from what the market says of its
parts, in whole numbers with the rounding that ``contracts/README.md`` promises: a reference that shares no code with
it.  What was not asked or did not answer says nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from upgrader.flows.demo.trading import DOLLAR, ONE
from upgrader.simulation.questionnaire import Questionnaire
from upgrader.simulation.scenario import Answers
from upgrader.simulation.script import Breach, Law
from upgrader.units import Address

SCALE: Final = ONE * ONE
MAXIMUM_PREMIUM: Final = ONE // 20
"""Farthest that the mark may be from the index.  Source: contracts/README.md"""

NO_POSITION: Final = 2**255 - 1
"""Margin ratio of an account without one."""

_Facts = Mapping[str, Any]
_Check = Callable[[_Facts, int], Iterator[Breach]]


def perpetual_laws(asked: Questionnaire, accounts: Sequence[Address]) -> tuple[Law, ...]:
    """Return the laws on the answers of :func:`~upgrader.flows.demo.perpetual_observables.perpetual_observables`.

    Args:
        asked: The questions.
        accounts: Everybody who has anything in the market.
    """

    def each(check: _Check) -> Law:
        def law(answers: Answers) -> Iterator[Breach]:
            for moment, said in enumerate(answers.questions):
                yield from check(asked.read(said), moment)

        return law

    def bad_debt(answers: Answers) -> Iterator[Breach]:
        facts = [(moment, asked.read(said)) for moment, said in enumerate(answers.questions)]
        known = [(moment, fact) for moment, fact in facts if fact.get("badDebt()") is not None]
        for (_, before), (moment, now) in pairwise(known):
            if now["badDebt()"] > before["badDebt()"] and now["insuranceFund()"]:
                detail = f"{now['badDebt()'] - before['badDebt()']} more while the fund holds {now['insuranceFund()']}"
                yield _broken("bad debt only beyond the fund", "badDebt()", moment, detail)

    return (
        each(_conservation),
        each(lambda facts, moment: _sums(facts, moment, accounts)),
        each(lambda facts, moment: _profits(facts, moment, accounts)),
        each(_mark),
        each(_funding),
        each(lambda facts, moment: _accounts(facts, moment, accounts)),
        bad_debt,
    )


def _conservation(facts: _Facts, moment: int) -> Iterator[Breach]:
    names = ("held", "badDebt()", "totalCash()", "fundingPool()", "insuranceFund()")
    if (found := _all(facts, names)) is None:
        return
    held, debt, *owed = found
    if held + debt != sum(owed):
        detail = f"the market holds {held} with {debt} of bad debt, and owes {sum(owed)} units"
        yield _broken("conservation of collateral", "totalCash()", moment, detail)


def _sums(facts: _Facts, moment: int, accounts: Sequence[Address]) -> Iterator[Breach]:
    found = _all(facts, ("totalCash()", "openInterest()", *(f"account {who}" for who in accounts)))
    if found is None:
        return
    cash, interest, *entries = found
    sizes = [size for size, _, _ in entries]
    if sum(sizes):
        yield _broken("sizes cancel out", "accountOf(address)", moment, f"they come to {sum(sizes)}")
    if interest != sum(max(size, 0) for size in sizes):
        yield _broken("open interest is all that is long", "openInterest()", moment, f"{interest} for {sizes}")
    if cash != sum(each for _, each, _ in entries):
        detail = f"{cash}, and the accounts have {sum(each for _, each, _ in entries)}"
        yield _broken("cash of all accounts", "totalCash()", moment, detail)


def _profits(facts: _Facts, moment: int, accounts: Sequence[Address]) -> Iterator[Breach]:
    """Profits and losses, fees and fund come to what is held: what one side gains at the mark the other loses."""
    names = ("held", "badDebt()", "fundingPool()", "insuranceFund()")
    sides = [f"{what} {who}" for what in ("worth", "funding") for who in accounts]
    if (found := _all(facts, (*names, *sides))) is None:
        return
    held, debt, pool, fund, *parts = found
    less = held + debt - pool - fund - sum(parts)
    # Each account's worth is rounded down by less than a unit.
    if not 0 <= less <= len(accounts):
        yield _broken("profits are losses", "equityOf(address)", moment, f"{less} units are nobody's")


def _mark(facts: _Facts, moment: int) -> Iterator[Breach]:
    if (found := _all(facts, ("indexPrice()", "markPrice()", "markPremium()"))) is None:
        return
    index, mark, premium = found
    if abs(premium) > MAXIMUM_PREMIUM:
        yield _broken("mark within reach of the index", "markPremium()", moment, f"{premium}")
    if mark != (due := index * (ONE + premium) // ONE):
        yield _off("index with its premium", "markPrice()", moment, f"{mark} instead of {due}")


def _funding(facts: _Facts, moment: int) -> Iterator[Breach]:
    if (found := _all(facts, ("markPremium()", "fundingRate()", "parameters()"))) is None:
        return
    premium, rate, parameters = found
    due = max(-parameters[4], min(premium, parameters[4]))
    if rate * premium < 0:
        yield _broken("above the index longs pay", "fundingRate()", moment, f"{rate} at a premium of {premium}")
    if rate != due:
        yield _off("funding is the premium up to its limit", "fundingRate()", moment, f"{rate} instead of {due}")


def _accounts(facts: _Facts, moment: int, accounts: Sequence[Address]) -> Iterator[Breach]:
    if (found := _all(facts, ("markPrice()", "parameters()"))) is None:
        return
    mark, (initial, maintenance, *_) = found
    for who in accounts:
        if (entry := _all(facts, [f"{what} {who}" for what in ("account", "funding", "worth", "margin")])) is None:
            continue
        (size, cash, _), owed, worth, margins = entry
        # Python's division rounds down, as a long's worth is; a short's is rounded up and then owed.
        due = cash - owed + size * mark * DOLLAR // SCALE
        if worth != due:
            yield _off("cash, funding and size at the mark", "equityOf(address)", moment, f"{worth} for {due}")
        position = -(-abs(size) * mark * DOLLAR // SCALE)
        needed = tuple(-(-position * rate // ONE) for rate in (initial, maintenance))
        if tuple(margins) != needed:
            yield _off("margin of the position", "marginOf(address)", moment, f"{tuple(margins)} for {needed}")
        ratio = facts.get(f"ratio {who}")
        if ratio is not None and ratio != (share := worth * ONE // position if position else NO_POSITION):
            yield _off("worth as a share of the position", "marginRatioOf(address)", moment, f"{ratio} for {share}")
        price = facts.get(f"liquidation {who}")
        if price is not None and price != (limit := _limit(size, cash - owed, maintenance)):
            yield _off("mark of the liquidation", "liquidationPriceOf(address)", moment, f"{price} for {limit}")


def _limit(size: int, cash: int, maintenance: int) -> int:
    """Return the mark at which cash and size are worth the maintenance margin, 0 where none does that."""
    if size > 0 > cash:
        worth = -(cash * ONE // (ONE - maintenance))
        return -(-worth * SCALE // (size * DOLLAR))
    if size < 0 < cash:
        worth = cash * ONE // (ONE + maintenance)
        return worth * SCALE // (-size * DOLLAR)
    return 0


def _all(facts: _Facts, names: Sequence[str]) -> list[Any] | None:
    """Return what each name was answered, or None where one of them says nothing."""
    found = [facts.get(name) for name in names]
    return None if None in found else found


def _broken(law: str, observable: str, moment: int, detail: str) -> Breach:
    return Breach(law, "invariant", "perpetual", observable, moment, detail)


def _off(law: str, observable: str, moment: int, detail: str) -> Breach:
    return Breach(law, "reference", "perpetual", observable, moment, detail)
