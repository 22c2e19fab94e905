"""The market regression as one static page beside the report."""

from upgrader.reports.html.market.render import render_market

__all__ = ["render_market"]
