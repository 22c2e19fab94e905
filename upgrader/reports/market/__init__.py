"""The market regression in words: what page, review and notices share, so that they can never disagree."""

from upgrader.reports.market.outline import Kind, MarketOutline, outline
from upgrader.reports.market.words import market_lines, market_sentence, stress_lines

__all__ = ["Kind", "MarketOutline", "market_lines", "market_sentence", "outline", "stress_lines"]
