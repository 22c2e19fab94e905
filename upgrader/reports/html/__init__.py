"""The report as one static page: no script, nothing fetched, everything escaped."""

from upgrader.reports.html.render import render_html

__all__ = ["render_html"]
