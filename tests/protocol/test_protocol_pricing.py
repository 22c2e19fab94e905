"""The pricing model against the closed form in double precision, and against the laws that bind all option prices."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from market_world import CALL, ONE, PUT, RevertedError
from vollib.black_scholes import black_scholes
from vollib.black_scholes.greeks import analytical
from vollib.black_scholes.greeks.analytical import delta

YEAR = 365 * 86_400
MAXIMUM_ERROR = 1e-15
"""Of the larger of spot and strike: the stated error of the model, which is that of double precision."""

SPOTS = (2.5, 3_000.0, 64_250.75)
MONEYNESS = (0.2, 0.7, 0.95, 1.0, 1.05, 1.5, 6.0)
SECONDS = (60, 3_600, 86_400, 30 * 86_400, YEAR, 2 * YEAR)
VOLATILITIES = (0.05, 0.6, 2.5, 10.0)
GRID = list(itertools.product(SPOTS, MONEYNESS, SECONDS, VOLATILITIES))
EACH_EXAMPLE_READS_ONLY = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

prices = st.integers(min_value=ONE // 100, max_value=10**6 * ONE)
times = st.integers(min_value=0, max_value=2 * YEAR)
volatilities = st.integers(min_value=ONE // 100, max_value=10 * ONE)


def exact(value):
    return round(value * 10**18)


@pytest.mark.parametrize("is_call", [CALL, PUT])
def test_agrees_with_the_closed_form(world, is_call):
    """No price on the grid is further from vollib's than the stated error."""
    worst = 0.0
    for spot, moneyness, seconds, volatility in GRID:
        strike = spot * moneyness
        ours = world.pricing.read("price", is_call, exact(spot), exact(strike), seconds, exact(volatility)) / 10**18
        theirs = black_scholes("c" if is_call else "p", spot, strike, seconds / YEAR, 0.0, volatility)
        worst = max(worst, abs(ours - theirs) / max(spot, strike))
    assert worst < MAXIMUM_ERROR


@pytest.mark.parametrize("is_call", [CALL, PUT])
def test_delta_agrees_with_the_closed_form(world, is_call):
    """Delta agrees with vollib's to twelve decimals."""
    for spot, moneyness, seconds, volatility in GRID[::5]:
        strike = spot * moneyness
        ours = world.pricing.read("delta", is_call, exact(spot), exact(strike), seconds, exact(volatility)) / 10**18
        theirs = delta("c" if is_call else "p", spot, strike, seconds / YEAR, 0.0, volatility)
        assert theirs == pytest.approx(ours, abs=1e-12)


@pytest.mark.parametrize(("name", "unit"), [("gamma", 1), ("vega", 100), ("theta", 365)])
def test_the_other_greeks_agree_with_the_closed_form(world, name, unit):
    """Gamma, vega and theta agree with vollib's, which has vega for a point of volatility and theta for a day."""
    for spot, moneyness, seconds, volatility in GRID[::5]:
        strike = spot * moneyness
        ours = world.pricing.read(name, exact(spot), exact(strike), seconds, exact(volatility)) / 10**18
        theirs = getattr(analytical, name)("c", spot, strike, seconds / YEAR, 0.0, volatility) * unit
        assert theirs == pytest.approx(ours, rel=1e-11, abs=1e-17)


@pytest.mark.parametrize("spot", [1, ONE, 10**30])
@pytest.mark.parametrize("strike", [1, ONE, 10**30])
@pytest.mark.parametrize(("seconds", "volatility"), [(0, ONE), (1, 1), (100 * YEAR, 1), (100 * YEAR, 100 * ONE)])
def test_the_other_greeks_answer_in_every_corner(world, spot, strike, seconds, volatility):
    """No combination of extreme arguments reverts; without time nothing is left, and time never makes dearer."""
    gamma, vega, theta = (
        world.pricing.read(name, spot, strike, seconds, volatility) for name in ("gamma", "vega", "theta")
    )
    assert theta <= 0 <= min(gamma, vega)
    assert seconds or (0, 0, 0) == (gamma, vega, theta)


@EACH_EXAMPLE_READS_ONLY
@given(spot=prices, strike=prices, seconds=times, volatility=volatilities)
def test_parity_holds_to_the_wei(world, spot, strike, seconds, volatility):
    """A call less a put is the spot less the strike."""
    call, put = (world.pricing.read("price", side, spot, strike, seconds, volatility) for side in (CALL, PUT))
    assert spot - strike == call - put


@EACH_EXAMPLE_READS_ONLY
@given(spot=prices, strike=prices, seconds=times, volatility=volatilities)
def test_no_price_leaves_its_bounds(world, spot, strike, seconds, volatility):
    """A call lies between its intrinsic value and the spot, a put between its intrinsic value and the strike."""
    slack = max(spot, strike) // 10**14
    call, put = (world.pricing.read("price", side, spot, strike, seconds, volatility) for side in (CALL, PUT))
    assert max(spot - strike, 0) <= call <= spot + slack
    assert max(strike - spot, 0) <= put <= strike + slack


@EACH_EXAMPLE_READS_ONLY
@given(
    spot=prices, strike=prices, seconds=times, volatility=volatilities, further=st.integers(min_value=1, max_value=ONE)
)
def test_prices_are_monotone(world, spot, strike, seconds, volatility, further):
    """Calls fall with the strike, puts rise; both rise with time and volatility, up to the stated error."""
    slack = 2 * max(spot, strike + further) // 10**14

    def price(is_call, strike=strike, seconds=seconds, volatility=volatility):
        return world.pricing.read("price", is_call, spot, strike, seconds, volatility)

    assert price(CALL, strike=strike + further) <= price(CALL) + slack
    assert price(PUT, strike=strike + further) >= price(PUT) - slack
    for is_call in (CALL, PUT):
        assert price(is_call, seconds=seconds + 3_600) >= price(is_call) - slack
        assert price(is_call, volatility=volatility + further) >= price(is_call) - slack


@pytest.mark.parametrize(("seconds", "volatility"), [(0, ONE), (86_400, 0)])
def test_without_time_or_volatility_only_intrinsic_value_is_left(world, seconds, volatility):
    """At expiry, and where nothing moves, an option is worth what it would pay."""
    assert 100 * ONE == world.pricing.read("price", CALL, 3_100 * ONE, 3_000 * ONE, seconds, volatility)
    assert 0 == world.pricing.read("price", PUT, 3_100 * ONE, 3_000 * ONE, seconds, volatility)


@pytest.mark.parametrize(
    ("spot", "strike", "seconds", "volatility"),
    [
        (0, ONE, 1, ONE),
        (ONE, 0, 1, ONE),
        (10**30 + 1, ONE, 1, ONE),
        (ONE, 10**30 + 1, 1, ONE),
        (ONE, ONE, 100 * YEAR + 1, ONE),
        (ONE, ONE, 1, 100 * ONE + 1),
    ],
)
def test_refuses_what_it_cannot_price(world, spot, strike, seconds, volatility):
    """Arguments beyond the stated range revert instead of overflowing."""
    with pytest.raises(RevertedError, match="OutOfRange"):
        world.pricing.read("price", CALL, spot, strike, seconds, volatility)


@pytest.mark.parametrize("spot", [1, ONE, 10**30])
@pytest.mark.parametrize("strike", [1, ONE, 10**30])
@pytest.mark.parametrize(("seconds", "volatility"), [(1, 1), (1, 100 * ONE), (100 * YEAR, 1), (100 * YEAR, 100 * ONE)])
def test_prices_every_corner_of_its_range(world, spot, strike, seconds, volatility):
    """No combination of extreme arguments reverts, and parity still holds."""
    call, put = (world.pricing.read("price", side, spot, strike, seconds, volatility) for side in (CALL, PUT))
    assert spot - strike == call - put
