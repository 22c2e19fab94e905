"""REVIEW.md and the terminal screen: the same words, safe to show."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from reports_world import (
    BOOK,
    CORRUPTION,
    DOSSIER,
    FINDINGS,
    HASHES,
    HOSTILE,
    HOSTILE_TEXT,
    PLAN,
    PLANNED,
    SAFE,
    TRANSACTION,
    UNSAFE,
)

from upgrader.findings import Finding, Severity
from upgrader.governance.multisend import ADDRESSES, multi_send_call
from upgrader.governance.safe import DELEGATECALL, SafeTransaction
from upgrader.reports.decoded import safe_call_line
from upgrader.reports.dossier import in_device_order
from upgrader.reports.grouping import grouped_lines, groups
from upgrader.reports.markdown import code, prose
from upgrader.reports.review import render_review
from upgrader.reports.screen import signing_screen

READER = MarkdownIt("commonmark").enable("table")
ACTIVE = {"html_block", "html_inline", "link_open", "image", "blockquote_open", "hr"}


def tokens(source):
    """Return the kinds of every Markdown element in ``source``."""
    found = set()
    for token in READER.parse(source):
        found |= {token.type, *(child.type for child in token.children or ())}
    return found


def shown(source):
    """Return the text of one rendered paragraph."""
    return "".join(child.content for token in READER.parse(source) for child in token.children or ())


def test_review_has_the_order_of_the_page():
    """Verdict, what changes, hashes, when; then what proves it."""
    headings = [line for line in render_review(DOSSIER).splitlines() if line.startswith("#")]

    assert headings == [
        "# ✓ Safe: 002-put-spreads",
        "## What changes",
        "## Compare on your device",
        "## When",
        "## Findings",
        "## What will be called",
        "## What changes in storage",
        "## What changes in behaviour",
        "## Probes",
        "## In the market",
        "## Governance path and gas",
        "## Who can upgrade",
        "## New code, to verify",
        "## Compute it again",
    ]


def test_review_of_an_unchecked_plan_says_what_is_missing():
    """A report right after planning is no report of safety."""
    text = render_review(PLANNED)

    assert "# ? Cannot tell" in text
    assert "There is no proposal yet: nothing to sign." in text
    assert text.count("Not simulated yet") == 3


def test_review_marks_unexplained_slots_and_waivers():
    """Failures and waivers are words, not colours."""
    text = render_review(UNSAFE)

    assert "**✗ unexplained**" in text
    assert "- **waived** (was WARNING) `initializer-bare-implementation`" in text
    assert f"  - **Reason:** {PLAN.waivers[0].reason} (says R. Iskander)" in text
    assert text.index(CORRUPTION.code) < text.index("initializer-bare")


def test_hostile_review_renders_nothing_active():
    """No link, image, markup or heading comes from a name; a megabyte becomes a line."""
    text = render_review(HOSTILE)

    assert tokens(text).isdisjoint(ACTIVE)
    assert not {"\x00", "\x1b", "\u202e"} & set(text)
    assert len(text) < 60_000
    assert len([line for line in text.splitlines() if line.startswith("#")]) == 14


@settings(deadline=None)
@given(st.text(max_size=60))
def test_prose_is_inert_and_reads_the_same(text):
    """Whatever stands in a sentence is shown as it is and does nothing."""
    source = f"x {prose(text)} x"

    assert tokens(source).isdisjoint(ACTIVE | {"em_open", "strong_open", "code_inline", "heading_open", "table_open"})


@settings(deadline=None)
@given(st.text(alphabet="ab `|\\*", min_size=1, max_size=12).filter(str.strip))
def test_code_span_holds_exactly_its_text(text):
    """A code span ends where it should, whatever backticks it holds."""
    children = [child for token in READER.parse(f"x {code(text)} x") for child in token.children or ()]

    assert [child.type for child in children] == ["text", "code_inline", "text"]
    assert text.replace("|", "\\|") == children[1].content


@settings(deadline=None)
@given(st.binary(min_size=32, max_size=32))
def test_grouping_loses_no_digit(digest):
    """Sixteen groups of four make the hash again."""
    value = "0x" + digest.hex()

    assert value == "0x" + "".join(groups(value))
    assert digest.hex() == "".join(grouped_lines(value)).replace("0x", "").replace(" ", "")


def test_screen_reads_from_envelope_to_findings():
    """The signer sees chain, Safe, nonce and operation, then the calls, the hashes, and what speaks against it."""
    screen = signing_screen(PLAN, HASHES, DOSSIER.calls, FINDINGS)
    text = "\n".join(screen)

    assert screen[0] == "You are asked to sign 002-put-spreads"
    assert f"  Safe       {SAFE} version 1.4.1, needs 2 of 3 owners" in screen
    assert "  nonce      7" in screen
    assert "  operation  CALL (0)" in screen
    assert "✓ The timelock's salt is the digest of this plan." in screen
    assert "✓ It makes exactly the 2 calls of this plan." in screen
    assert (
        "Earliest execution: 48 h after scheduling, 2026-12-04 14:00 UTC if scheduled by 2026-12-02 14:00 UTC." in text
    )
    assert text.index("What will run") < text.index("Compare with what your device shows") < text.index("Findings:")
    assert text.count("~ WAIVED") == 1


def test_screen_groups_hashes_as_the_device_does():
    """Each hash stands on two lines of eight groups, under the device's own name."""
    screen = signing_screen(PLAN, HASHES, DOSSIER.calls, FINDINGS)
    at = screen.index("Compare with what your device shows")

    first, second = (line.removeprefix("  Domain hash ").strip() for line in screen[at + 1 : at + 3])
    assert screen[at + 1].startswith("  Domain hash   0x ")
    assert HASHES[0].value == first.replace(" ", "") + second.replace(" ", "")


def test_screen_with_another_nonce_tells_both():
    """A nonce that is not the next one is said to be so."""
    screen = signing_screen(PLAN, HASHES, DOSSIER.calls, FINDINGS, nonce=9)

    assert "  nonce      9 (the Safe's next one was 7 when observed)" in screen


def test_screen_shouts_at_delegatecall_and_blockers():
    """Foreign code as the Safe, and a blocked upgrade, cannot be overlooked."""
    calls = (safe_call_line(replace(TRANSACTION, operation=1), BOOK),)
    text = "\n".join(signing_screen(PLAN, HASHES, calls, UNSAFE.findings))

    assert "operation  DELEGATECALL (1): foreign code runs AS THE SAFE. DO NOT SIGN" in text
    assert "Findings: 1 blocker, 1 warning, 2 notes. DO NOT SIGN" in text


def test_screen_knows_the_library_of_the_safe_project():
    """A batch through MultiSendCallOnly is a delegatecall that may be signed, and its calls are shown and compared."""
    batch = multi_send_call(next(iter(ADDRESSES)), PLAN.calls)
    line = safe_call_line(SafeTransaction(batch.to, batch.value, batch.data, 7, operation=DELEGATECALL), BOOK)
    screen = signing_screen(PLAN, HASHES, (line,), ())

    assert (
        "  operation  DELEGATECALL (1) of the Safe project's MultiSendCallOnly, which can only make the calls below"
        in screen
    )
    assert "    on MultiSendCallOnly 1.3.0 0x40A2aCCbd92BCA938b02010E17A5b8929b49130D by DELEGATECALL" in screen
    assert "✓ It makes exactly the 2 calls of this plan." in screen


def test_hashes_stand_in_the_order_of_the_device():
    """Whatever the order they are given in, the device's hashes come first and in its order."""
    assert in_device_order(reversed(HASHES))[:3] == HASHES[:3]


def test_hostile_screen_is_short_and_visible():
    """No control character reaches the terminal and no name fills the screen."""
    finding = Finding(HOSTILE_TEXT, Severity.BLOCKER, HOSTILE_TEXT, HOSTILE_TEXT, HOSTILE_TEXT)
    screen = signing_screen(HOSTILE.plan, HOSTILE.hashes, HOSTILE.calls, (finding,))

    assert all(char.isprintable() for line in screen for char in line)
    assert max(map(len, screen)) < 1_000
    assert len(screen) < 80
