"""Every notice keeps the promises of the family, whoever it is for."""

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from reports_world import DOSSIER, HOSTILE, HOSTILE_TEXT, PLAN

from upgrader.plan.manifest import Expiry
from upgrader.reports.moments import moment
from upgrader.reports.notices import NoticeContext, notices
from upgrader.units import Timestamp, hexed

NOTICES = pytest.mark.parametrize("notice", notices(), ids=lambda notice: notice.audience)
BARE = replace(DOSSIER, simulation=None, findings=(), layouts={}, authority=(), names={}, roles={}, project="")


def test_audiences_are_file_names():
    """One file an audience, and the three that the journey promises among them."""
    audiences = [notice.audience for notice in notices()]

    assert sorted(set(audiences)) == audiences
    assert {"traders", "institutions", "regulators"} <= set(audiences)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", audience) for audience in audiences)


@NOTICES
def test_it_says_what_when_and_how_to_verify(notice):
    """Purpose, dates, effect on positions, and the plan's digest are in every notice."""
    text = notice.render(DOSSIER, NoticeContext())

    assert text.startswith("# Upgrade ")
    assert text.endswith("\n")
    for heading in ("## What changes, and why", "## When (UTC)", "## How to verify it", "## Questions"):
        assert heading in text
    assert PLAN.summary in text
    assert hexed(PLAN.digest) in text
    assert moment(DOSSIER.times.opens) in text


@NOTICES
def test_it_is_honest_about_what_it_was_not_given(notice):
    """Without a simulation, a contact or a list of series it says so instead of keeping quiet."""
    text = notice.render(BARE, NoticeContext())

    assert "not simulated" in text
    assert "No contact was given." in text
    assert "is not known: the upgrade names none" in text


@NOTICES
def test_it_names_a_series_that_expires_at_the_execution(notice):
    """An expiry near the execution is what a holder must know before anything else."""
    at = Timestamp(DOSSIER.times.opens + 3_600)

    text = notice.render(DOSSIER, NoticeContext(expiries=(Expiry("ETH-3000-C", at),)))

    assert f"ETH-3000-C expires {moment(at)}" in text


@NOTICES
def test_it_is_a_function_of_what_it_is_given(notice):
    """The same upgrade gives the same bytes."""
    assert notice.render(DOSSIER, NoticeContext()) == notice.render(DOSSIER, NoticeContext())


@NOTICES
def test_what_a_chain_says_stays_text(notice):
    """No HTML, link, or control character of a contract's name comes alive in somebody's mail."""
    text = notice.render(HOSTILE, NoticeContext(contact=HOSTILE_TEXT, traders=HOSTILE_TEXT))

    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e]", text)
    assert not re.search(r"<(script|img|a)\b", MarkdownIt().render(text))
