"""Black-Scholes without interest in floating point: the reference that no contract shares code with.

Collateral earns nothing at an on-chain venue, so the forward is the spot; years have 365 days, as venues quote
volatility.  The error is below :data:`ERROR` of the larger of spot and strike: both terms of a price are at most that
large, and each carries a few roundings of 2**-53.  The tests hold it against vollib.

Source: F. Black and M. Scholes, "The Pricing of Options and Corporate Liabilities", 1973.
"""

from dataclasses import dataclass
from math import erfc, exp, log, pi, sqrt
from typing import Final

YEAR: Final = 365 * 86_400
"""Seconds."""

ERROR: Final = 1e-14
"""Largest error of a price, as a share of the larger of spot and strike."""


@dataclass(frozen=True, slots=True)
class Option:
    """A European option, and the market it is valued in.

    Attributes:
        is_call: Call or put.
        spot: Price of the underlying, positive.
        strike: Likewise.
        years: To expiry; at zero the option is worth what it pays.
        volatility: Annual, 1.0 is 100 %.
    """

    is_call: bool
    spot: float
    strike: float
    years: float
    volatility: float

    @property
    def price(self) -> float:
        """Value now; by put-call parity from the option that is out of the money, which loses no digits."""
        intrinsic = max(self.spot - self.strike, 0.0) if self.is_call else max(self.strike - self.spot, 0.0)
        if not self._deviation:
            return intrinsic
        d1, d2 = self._d
        if self.spot < self.strike:
            time_value = self.spot * _normal(d1) - self.strike * _normal(d2)
        else:
            time_value = self.strike * _normal(-d2) - self.spot * _normal(-d1)
        return intrinsic + max(time_value, 0.0)

    @property
    def delta(self) -> float:
        """Change of the price with the spot; at expiry a step, 0 at the money."""
        if not self._deviation:
            return (self.spot > self.strike) * 1.0 if self.is_call else (self.spot < self.strike) * -1.0
        d1, _ = self._d
        return _normal(d1) if self.is_call else -_normal(-d1)

    @property
    def gamma(self) -> float:
        """Change of delta with the spot; 0 at expiry."""
        if not self._deviation:
            return 0.0
        return _density(self._d[0]) / (self.spot * self._deviation)

    @property
    def vega(self) -> float:
        """Change of the price with the volatility, for a change of 1.0."""
        if not self._deviation:
            return 0.0
        return self.spot * _density(self._d[0]) * sqrt(self.years)

    @property
    def theta(self) -> float:
        """Change of the price with time, for a year; not positive without interest."""
        if not self._deviation:
            return 0.0
        return -self.spot * _density(self._d[0]) * self.volatility / (2 * sqrt(self.years))

    @property
    def _deviation(self) -> float:
        return self.volatility * sqrt(self.years)

    @property
    def _d(self) -> tuple[float, float]:
        d1 = log(self.spot / self.strike) / self._deviation + self._deviation / 2
        return d1, d1 - self._deviation


def _normal(deviations: float) -> float:
    # erfc keeps its digits in the tail, where 1 + erf has lost them.
    return erfc(-deviations / sqrt(2)) / 2


def _density(deviations: float) -> float:
    return exp(-deviations * deviations / 2) / sqrt(2 * pi)
