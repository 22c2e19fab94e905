"""The floating-point reference against vollib, and against the laws that every price obeys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upgrader.market.black_scholes import ERROR, Option

options = st.builds(
    Option,
    is_call=st.booleans(),
    spot=st.floats(100, 10_000),
    strike=st.floats(100, 10_000),
    years=st.floats(1 / 365, 2),
    volatility=st.floats(0.05, 3),
)


def vollib():
    """Return its prices and its greeks: to import them takes seconds, which only whoever runs these tests waits for."""
    from vollib.black_scholes import black_scholes
    from vollib.black_scholes.greeks import analytical

    return black_scholes, analytical


def arguments(option):
    return "c" if option.is_call else "p", option.spot, option.strike, option.years, 0.0, option.volatility


@given(options)
def test_prices_are_those_of_vollib(option):
    """An implementation that we did not write says the same, within both errors."""
    black_scholes, _ = vollib()
    limit = 10 * ERROR * max(option.spot, option.strike)

    assert black_scholes(*arguments(option)) == pytest.approx(option.price, abs=limit)


@pytest.mark.parametrize("name", ["delta", "gamma"])
@given(option=options)
def test_greeks_are_those_of_vollib(name, option):
    """Delta and gamma, in the same unit."""
    _, analytical = vollib()

    assert getattr(analytical, name)(*arguments(option)) == pytest.approx(getattr(option, name), abs=1e-9)


@given(options)
def test_vega_and_theta_are_those_of_vollib_in_other_units(option):
    """In vollib vega is for one point of volatility and theta for a day."""
    _, analytical = vollib()

    assert analytical.vega(*arguments(option)) == pytest.approx(option.vega / 100, rel=1e-9, abs=1e-9)
    assert analytical.theta(*arguments(option)) == pytest.approx(option.theta / 365, rel=1e-9, abs=1e-9)


@given(options)
def test_call_less_put_is_spot_less_strike(option):
    """Put-call parity without interest."""
    call, put = (Option(kind, option.spot, option.strike, option.years, option.volatility) for kind in (True, False))

    assert option.spot - option.strike == pytest.approx(
        call.price - put.price, abs=ERROR * max(option.spot, option.strike)
    )


@pytest.mark.parametrize(
    ("is_call", "spot", "price", "delta"),
    [(True, 90.0, 0.0, 0.0), (True, 110.0, 10.0, 1.0), (False, 90.0, 10.0, -1.0), (False, 100.0, 0.0, 0.0)],
)
def test_at_expiry_an_option_is_worth_what_it_pays(is_call, spot, price, delta):
    """No time, no value beyond the intrinsic one, and no sensitivity to volatility."""
    option = Option(is_call, spot, 100.0, 0.0, 0.6)

    assert (price, delta, 0.0, 0.0, 0.0) == (option.price, option.delta, option.gamma, option.vega, option.theta)
