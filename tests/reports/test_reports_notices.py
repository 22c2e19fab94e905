"""Notices: computed from plan and simulation, honest about what is not known, harmless to render."""

from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from reports_world import (
    DOSSIER,
    EXECUTED_AT,
    HASHES,
    HOSTILE,
    HOSTILE_TEXT,
    MARKET,
    MARKET_V2,
    OBSERVED,
    OWNERS,
    PLAN,
    PLANNED,
    SIMULATION,
    UNSAFE,
    stepped,
)

from upgrader.plan.manifest import Expiry
from upgrader.reports.deadlines import DEADLINES, Deadline, due
from upgrader.reports.effects import halt_words, market_changes
from upgrader.reports.interface import InterfaceChange, interface_change
from upgrader.reports.notices import NoticeContext, notices, render_notices
from upgrader.reports.timetable import timetable
from upgrader.simulation.result import Event
from upgrader.units import Seconds, Timestamp

HOUR = 3_600
EARLIEST = OBSERVED + 76 * HOUR
AUDIENCES = ["institutions", "regulators", "traders"]

OLD_ABI = (
    {"type": "function", "name": "quote", "inputs": [{"type": "uint256"}], "outputs": [{"type": "uint256"}]},
    {"type": "event", "name": "Trade", "inputs": [{"type": "address", "indexed": True}, {"type": "uint256"}]},
    {"type": "error", "name": "TooLate", "inputs": []},
    {"type": "constructor", "inputs": []},
)
NEW_ABI = (
    {"type": "function", "name": "quote", "inputs": [{"type": "uint256"}], "outputs": [{"type": "int256"}]},
    {"type": "event", "name": "Trade", "inputs": [{"type": "address"}, {"type": "uint256"}]},
    {"type": "function", "name": "spread", "inputs": [{"type": "tuple", "components": [{"type": "uint64"}]}]},
)


def notice(audience, dossier=DOSSIER, context=None):
    """Return one notice."""
    return render_notices(dossier, context)[audience]


def pausing(*texts):
    """Return the dossier with events of the execution."""
    events = tuple(Event(MARKET, text) for text in texts)
    step = replace(stepped("execute", OWNERS[0], MARKET, "execute", 1, EXECUTED_AT), events=events)
    return replace(DOSSIER, simulation=replace(SIMULATION, steps=(step,)))


def test_the_family_has_its_three_members():
    """Traders, institutions and regulators each have a notice."""
    assert [member.audience for member in notices()] == AUDIENCES


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_notice_says_when_and_how_to_verify(audience):
    """Dates in UTC, addresses, code hashes and the plan's digest are in all of them."""
    text = notice(audience)

    assert "| exit window ends, earliest execution | Fri 2026-12-04 14:00 UTC |" in text
    assert "(assumed: not scheduled yet)" in text
    assert MARKET_V2 in text
    assert "0x" + PLAN.digest.hex() in text
    assert "DRAFT" not in text


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("dossier", [UNSAFE, PLANNED], ids=["unsafe", "planned"])
def test_a_notice_of_what_is_not_safe_is_a_draft(audience, dossier):
    """Nothing may be published before the verdict is safe."""
    assert "**DRAFT, not for publication." in notice(audience, dossier)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_hostile_names_render_nothing_active(audience):
    """No link, image or markup comes out of a name."""
    text = notice(
        audience, HOSTILE, NoticeContext(contact=HOSTILE_TEXT, links=(HOSTILE_TEXT,), approvals=(HOSTILE_TEXT,))
    )
    found = {child.type for token in MarkdownIt("commonmark").parse(text) for child in token.children or ()}

    assert found.isdisjoint({"html_inline", "link_open", "image"})
    assert "html_block" not in {token.type for token in MarkdownIt("commonmark").parse(text)}
    assert len(text) < 60_000


def test_traders_read_what_happens_to_their_positions():
    """Storage that the upgrade writes and views that answer differently are named; the machinery is not."""
    text = notice("traders")
    section = text[text.index("## Positions") : text.index("## In the markets")]

    assert section == (
        "## Positions, orders, margin and settlement\n\n"
        "- OptionsMarket `minimumSpread`: `0` -> `100`\n\n"
        "Of 64 views that were compared, these answer differently:\n\n"
        "- OptionsMarket `version()`: `1` -> `2` (The version is a new one.)\n\n"
    )


def test_traders_read_that_no_view_changed():
    """Silence of the simulation is said with the number of views behind it."""
    text = notice("traders", replace(DOSSIER, simulation=replace(SIMULATION, differences=())))

    assert "No view that was compared changed (64 compared)." in text


def test_traders_read_their_exit_window():
    """The wait of the timelock is the time to leave on the present terms."""
    assert "You have 48 h from scheduling: until 2026-12-04 14:00 UTC the present code runs" in notice("traders")


def test_an_unexplained_word_is_no_machinery():
    """A word that no layout explains is never hidden as proxy bookkeeping."""
    assert [change.slot[-2:] for change in market_changes(UNSAFE)] == ["09", "4d"]
    assert "**no layout explains it**" in notice("traders", UNSAFE)


@pytest.mark.parametrize(
    ("dossier", "words"),
    [
        (
            DOSSIER,
            "Nothing is halted: the change is one transaction, and no contract was paused when it was simulated.",
        ),
        (pausing("Paused(account: 0x0)"), "OptionsMarket proxy is paused by the upgrade and not resumed by it."),
        (pausing("Paused()", "Unpaused()"), "OptionsMarket proxy is paused by the upgrade for 0 s."),
        (pausing("PausedForever()"), halt_words(DOSSIER)[0]),
        (PLANNED, "Not known yet: the upgrade was not simulated."),
    ],
    ids=["nothing", "paused", "paused and resumed", "another event", "not simulated"],
)
def test_halts_are_read_from_the_simulated_events(dossier, words):
    """What is halted, and for how long, is what the simulation showed."""
    assert (words,) == halt_words(dossier)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (EARLIEST - 6 * HOUR, "6 h before the earliest execution: it settles on the present code"),
        (EARLIEST, "WITHIN the execution window"),
        (EARLIEST + 6 * HOUR, "WITHIN the execution window"),
        (EARLIEST + 7 * HOUR, "1 h after the window: it settles on the new code"),
        (EARLIEST + 40 * HOUR, "No series expires within 24 h of the execution."),
    ],
)
def test_expiries_are_placed_against_the_window(at, words):
    """A series that expires at the wrong minute is called by its name."""
    assert words in notice("traders", context=NoticeContext(expiries=(Expiry("BTC-4DEC26-90000-P", Timestamp(at)),)))


def test_interface_change_sees_what_callers_see():
    """Results and indexed arguments count, argument names and constructors do not."""
    expected = InterfaceChange(
        added=("function spread((uint64))",),
        removed=("error TooLate()",),
        changed=(
            "event Trade(address,uint256): indexed (0) -> indexed ()",
            "function quote(uint256): nonpayable returns (uint256) -> nonpayable returns (int256)",
        ),
    )

    assert expected == interface_change(OLD_ABI, NEW_ABI)
    assert interface_change(NEW_ABI, NEW_ABI).empty


def test_institutions_read_what_their_programs_notice():
    """Removed, changed and added entries are listed for each contract; a missing comparison is said."""
    records = {"OptionsMarket": {"old": {"abi": OLD_ABI}, "new": {"abi": NEW_ABI}}, "ClearingHouse": {"new": {}}}
    text = render_notices(DOSSIER, interfaces=records)["institutions"]

    assert "- removed `error TooLate()`" in text
    assert "- added `function spread((uint64))`" in text
    assert text.count("The two interfaces were not given to this notice.") == 1


def test_institutions_find_the_hashes_of_the_proposal():
    """Custodians compare the same hashes as the signers."""
    text = notice("institutions").replace(" ", "").replace("\n", "")

    for line in HASHES:
        assert line.value in text


def test_regulators_read_a_change_record():
    """Requester, approvers, tests, risks with who answers for them, and the way back."""
    context = NoticeContext(terms_change=True, evidence={"evidence digest": "0xabc"}, approvals=("0x01 signed",))
    text = notice("regulators", context=context)

    assert "- requested by M. Okafor" in text
    assert all(owner in text for owner in OWNERS)
    assert "Rules or contract terms change." in text
    assert "- evidence digest: `0xabc`" in text
    assert "Accepted by R. Iskander" in text
    assert "`upgrader rollback 002-put-spreads`" in text
    assert "Not legal advice" in text


def test_regulators_are_told_when_the_requester_approves():
    """Requester and approver must be different people, and the record says when they are not."""
    assert "**the requester is also an approver**" in notice(
        "regulators", context=NoticeContext(approvals=("m. okafor",))
    )


def test_working_days_leave_out_the_weekend():
    """Ten working days before Friday 4 December 2026 is Friday 20 November."""
    (certification,) = [deadline for deadline in DEADLINES if deadline.source.startswith("17 CFR")]

    assert Timestamp(EARLIEST - 14 * 24 * HOUR) == due(certification, timetable(PLAN))


@pytest.mark.parametrize(
    ("deadline", "expected"),
    [
        (Deadline("x", "house", Seconds(-HOUR)), EARLIEST - HOUR),
        (Deadline("x", "house", Seconds(HOUR), basis="scheduling"), OBSERVED + 29 * HOUR),
        (Deadline("x", "house", Seconds(HOUR), basis="incident"), None),
        (Deadline("x", "house", Seconds(24 * HOUR), business_days=True), EARLIEST + 72 * HOUR),
    ],
    ids=["before execution", "after scheduling", "of an incident", "Friday and one working day"],
)
def test_deadlines_count_from_their_basis(deadline, expected):
    """A deadline is a date only where its basis has one."""
    assert expected == due(deadline, timetable(PLAN))
