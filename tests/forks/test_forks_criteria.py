"""The order of activation criteria is total and agrees with what they ask."""

from hypothesis import given
from hypothesis import strategies as st

from upgrader.forks.criteria import UINT64_MAX, ByBlock, ByTimestamp, Head, Unscheduled

UINT64 = st.integers(0, UINT64_MAX)
CRITERIA = st.one_of(UINT64.map(ByBlock), UINT64.map(ByTimestamp), st.just(Unscheduled()))


@given(CRITERIA, CRITERIA)
def test_order_is_total(left, right):
    """Of two criteria exactly one of less, equal and greater holds."""
    assert 1 == (left < right) + (left == right) + (left > right)


@given(st.lists(CRITERIA))
def test_kinds_never_interleave(criteria):
    """Sorted, blocks stand before timestamps and timestamps before unscheduled."""
    kinds = [(ByBlock, ByTimestamp, Unscheduled).index(type(criterion)) for criterion in sorted(criteria)]

    assert sorted(kinds) == kinds


@given(UINT64, UINT64, UINT64)
def test_a_later_criterion_of_one_kind_is_met_later(first, second, here):
    """Whatever meets the later of two timestamps meets the earlier one."""
    early, late = sorted([ByTimestamp(first), ByTimestamp(second)])
    head = Head(0, here)

    assert not late.is_met(head) or early.is_met(head)


def test_unscheduled_is_never_met():
    """A fork without a date is not active at the end of time."""
    assert not Unscheduled().is_met(Head(UINT64_MAX, UINT64_MAX))


def test_a_fork_is_active_in_its_first_block():
    """The block at which a fork is set already follows its rules."""
    assert ByBlock(5).is_met(Head(5, 0))
    assert not ByBlock(6).is_met(Head(5, 10**10))
