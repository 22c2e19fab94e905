"""Paths made from daily bars: deterministic, through the anchors, within the day."""

import hashlib
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upgrader.errors import InputError
from upgrader.market.bridge import Bar, bridge
from upgrader.market.draws import draws
from upgrader.market.fixed import ONE, fixed

BLACK_THURSDAY = Bar("2020-03-12", *(fixed(text) for text in ("7938.05", "7969.45", "4644", "4857.1")))

SPLITMIX64 = (
    6457827717110365317,
    3203168211198807973,
    9817491932198370423,
    4593380528125082431,
    16408922859458223821,
)
"""The first numbers of seed 1234567.  Source: https://rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64"""


@st.composite
def bars(draw):
    """Any bar that a market can have."""
    low, second, third, high = sorted(draw(st.lists(st.integers(1, 10**30), min_size=4, max_size=4)))
    opened, closed = draw(st.permutations([second, third]))
    return Bar("any", opened, high, low, closed)


def test_the_numbers_are_splitmix64():
    """The generator is the published one, so that anyone can recompute a path."""
    assert SPLITMIX64 == tuple(islice(draws(1234567), 5))


@given(bars(), st.integers(0, 2**64), st.integers(1, 40))
def test_a_path_has_the_bar_it_was_made_from(bar, seed, steps):
    """Open first, close last, low and high reached, nothing outside."""
    path = bridge(bar, seed, steps)

    assert 3 * steps + 1 == len(path)
    assert (bar.open, bar.close, bar.low, bar.high) == (path[0], path[-1], min(path), max(path))
    assert (bar.low, bar.high) == (path[steps], path[2 * steps])


def test_a_path_never_changes():
    """A path is evidence: the same seed gives the same bytes on every machine and in every version."""
    path = bridge(BLACK_THURSDAY, 7, 24)
    digest = hashlib.sha256(",".join(map(str, path)).encode()).hexdigest()

    assert "44ba747af6333ff7" == digest[:16]
    assert path != bridge(BLACK_THURSDAY, 8, 24)


@pytest.mark.parametrize("prices", [(2, 3, 0, 1), (2, 3, 2, 1), (4, 3, 1, 2), (2, 1, 1, 1)])
def test_a_bar_that_cannot_be_is_refused(prices):
    """A low above the close, a high below the open or a price of nothing is a mistake in the data."""
    with pytest.raises(InputError):
        Bar("2020-01-01", *prices)


@pytest.mark.parametrize(
    ("text", "expected"), [("1", ONE), ("0.35", 35 * ONE // 100), ("7938.05", 793805 * ONE // 100), ("0", 0)]
)
def test_a_decimal_number_is_exact(text, expected):
    """No float on the way."""
    assert expected == fixed(text)


@pytest.mark.parametrize("text", ["", "-1", "1e3", "1.", ".5", "1,000", "0.1234567890123456789", "\u0661"])
def test_anything_else_is_no_number(text):
    """Signs, exponents and too many digits are refused rather than guessed."""
    with pytest.raises(InputError):
        fixed(text)
