"""The page: what it says, that it stays harmless, and that it is the same every time."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from reports_world import (
    CORRUPTION,
    DOSSIER,
    HASHES,
    HOSTILE,
    MARKET_V2,
    PLAN,
    PLANNED,
    SIMULATION,
    UNSAFE,
)

from upgrader.findings import Finding, Severity
from upgrader.reports.html import render_html
from upgrader.reports.html.style import COLOURS
from upgrader.reports.text import LIMIT

VOID = {"meta", "wbr", "br", "line", "circle", "link"}


class Page(HTMLParser):
    """A page as a reader sees it: its text, its elements, and whether they nest."""

    def __init__(self, source):
        super().__init__()
        self.text, self.tags, self.attributes, self.open, self.ids = [], [], [], [], []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        """Note an element and what it carries."""
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        """Note an element without content."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        """Refuse an element that is closed by another's tag."""
        assert tag == self.open.pop(), f"</{tag}> closes another element"

    def handle_data(self, data):
        """Keep what a reader reads."""
        if self.open and self.open[-1] != "style":
            self.text.append(data)

    @property
    def words(self):
        """All text, in one line."""
        return re.sub(r"\s+", " ", " ".join(self.text))


def test_page_says_the_verdict_first():
    """The verdict comes before everything that explains it."""
    words = Page(render_html(DOSSIER)).words

    assert words.index("✓ Safe") < words.index("What changes") < words.index("Compare on your device")
    assert "38 checks: 0 blockers, 1 warning, 2 notes (1 waived)" in words


def test_page_shows_every_hash_whole():
    """Grouping by four loses no digit of any hash."""
    shown = "".join(Page(render_html(DOSSIER)).text)

    for line in HASHES:
        assert line.value.removeprefix("0x") in shown


def test_page_decodes_the_initializer():
    """The call inside the upgrade is shown with its arguments on the first screen."""
    words = Page(render_html(DOSSIER)).words

    assert "initializeV2(minimumSpread: 100, spreadOracle: 0xF92c3832d729D431da79B7873A62CbeEBD37BEB6)" in words
    assert MARKET_V2 in words


def test_first_screen_shows_the_way_of_the_calls_and_what_they_write():
    """Call tree and state in one line each, without the machinery that every upgrade writes."""
    source = render_html(DOSSIER)
    first = Page(source[: source.index('id="when"')]).words

    assert "Safe → timelock scheduleBatch → OptionsMarket proxy upgradeToAndCall" in first
    assert "minimumSpread: 0 → 100" in first
    assert "_initialized" not in first
    assert "EIP-1967" not in first


def test_safe_page_points_to_its_warnings():
    """A page with warnings does not say that nothing speaks against the upgrade."""
    assert "forbids it; read 1 warning first." in Page(render_html(DOSSIER)).words
    assert "speaks against it." in Page(render_html(replace(DOSSIER, findings=()))).words


def test_unsafe_page_says_do_not_sign():
    """A blocker turns the verdict, and its finding and remedy are there."""
    words = Page(render_html(UNSAFE)).words

    assert "✗ Unsafe" in words
    assert "Do not sign." in words
    assert CORRUPTION.message in words
    assert CORRUPTION.remedy in words


def test_unexplained_slot_is_a_failure_on_the_page():
    """A written word without a variable stands first in the table and is marked as failing."""
    source = render_html(UNSAFE)

    assert "5 storage words written, 1 NOT explained." in Page(source).words
    table = source[source.index('id="state"') : source.index('id="behaviour"')]
    assert table.index("✗ unexplained") < table.index("minimumSpread")
    assert '<tr class="fails">' in table


def test_waived_finding_shows_reason_and_author():
    """A waiver is never silent: the old weight, the reason and who says so are shown."""
    words = Page(render_html(DOSSIER)).words

    assert "waived was WARNING" in words
    assert PLAN.waivers[0].reason in words
    assert "says R. Iskander" in words


@pytest.mark.parametrize(
    ("dossier", "words"),
    [
        (PLANNED, "Nothing was checked yet. Do not sign."),
        (replace(DOSSIER, simulation=None), "Checked, but not simulated yet. Do not sign."),
        (
            replace(DOSSIER, simulation=replace(SIMULATION, plan_digest="0x00")),
            "The simulation is one of another plan. Do not sign.",
        ),
        (
            replace(DOSSIER, simulation=replace(SIMULATION, executed=False)),
            "The simulated upgrade did not go through. Do not sign.",
        ),
    ],
    ids=["unchecked", "unsimulated", "simulation of another plan", "not executed"],
)
def test_nothing_is_called_safe_before_it_was_simulated(dossier, words):
    """Without checks and a simulation of exactly this plan the page cannot tell."""
    page = Page(render_html(dossier)).words

    assert "? Cannot tell" in page
    assert words in page


def test_proposal_of_another_plan_is_unsafe():
    """Calls that are not the plan's make the verdict unsafe, whatever the findings say."""
    other = replace(PLAN, summary="Another plan with another digest.")
    simulation = replace(SIMULATION, plan_digest="0x" + other.digest.hex())

    words = Page(render_html(replace(DOSSIER, plan=other, simulation=simulation))).words

    assert "What is proposed is not this plan. Do not sign." in words
    assert "salt is NOT the digest of this plan" in words


def test_page_is_the_same_every_time():
    """The same dossier gives the same bytes."""
    assert render_html(DOSSIER) == render_html(replace(DOSSIER))


@pytest.mark.parametrize("dossier", [DOSSIER, UNSAFE, PLANNED, HOSTILE], ids=["safe", "unsafe", "planned", "hostile"])
def test_page_nests_and_holds_nothing_active(dossier):
    """No script, no image, no event handler, no style attribute, no external address; ids are unique."""
    page = Page(render_html(dossier))

    assert page.open == []
    assert {"script", "img", "iframe", "object", "embed", "form", "link", "base"}.isdisjoint(page.tags)
    assert [name for _, name, _ in page.attributes if name.startswith("on") or name == "style"] == []
    assert [value for _, name, value in page.attributes if name in {"href", "src"} and not value.startswith("#")] == []
    assert len(page.ids) == len(set(page.ids))


def test_policy_names_exactly_this_style_sheet():
    """The content security policy allows the page's own style sheet by hash, and nothing else."""
    source = render_html(DOSSIER)
    (style,) = re.findall(r"<style>(.*?)</style>", source, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    (policy,) = [value for tag, name, value in Page(source).attributes if (tag, name) == ("meta", "content")][:1]
    assert f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'" == policy


def test_hostile_text_is_visible_and_bounded():
    """Megabyte names, control characters and reordering marks become short visible text."""
    source = render_html(HOSTILE)
    page = Page(source)

    assert len(source) < 400_000
    assert not {"\x00", "\x1b", "\u202e"} & set(source)
    assert "\\x1b[2J\\u202e" in page.words
    assert max(len(run) for run in re.findall(r"A+", source[: source.index('id="raw"')])) <= LIMIT


def test_hostile_plan_json_cannot_leave_its_block():
    """Raw data is escaped too: the only closing style and body tags are the page's own."""
    source = render_html(HOSTILE)

    assert source.count("</style>") == 1
    assert source.count("<script") == 0


def test_layout_drawing_keeps_its_lines_and_spaces():
    """A drawing is shown line by line, its spaces kept, its kinds as classes."""
    source = render_html(DOSSIER)
    drawing = source[
        source.index('<pre class="drawing"') : source.index("</pre>", source.index('<pre class="drawing"'))
    ]

    assert re.sub(r"<[^>]+>", "", drawing).splitlines()[1].startswith("8     uint256 openInterest    uint256")
    assert '<span class="k-new">uint256 minimumSpread</span>' in drawing


def luminance(colour):
    """Return the relative luminance of ``#rrggbb`` or ``#rgb``.

    Source: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    """
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1, 2], ids=["light", "dark", "print"])
@pytest.mark.parametrize("ink", ["ink", "soft", "ok", "bad", "ask"])
def test_every_ink_is_readable_on_every_ground_it_stands_on(scheme, ink):
    """Contrast is at least 4.5 to 1, the AA level for text.

    Source: https://www.w3.org/TR/WCAG22/#contrast-minimum
    """
    block = re.findall(r":root\{(.*?)\}", COLOURS, re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([\w-]+):(#\w+)", block))
    grounds = {"ink": ("ok-bg", "bad-bg", "ask-bg"), "soft": ("ok-bg", "bad-bg", "ask-bg")}.get(ink, (f"{ink}-bg",))

    for ground in ("paper", "card", "tone", *grounds):
        light, dark = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground)


def test_a_long_message_is_whole():
    """What a person is to do stands at the end of a sentence; no part of one is cut."""
    words = " ".join(f"so does variableNumber{i}" for i in range(25))
    moved = {"moved": f"{'; '.join(f'v{i}: slot {i} -> slot {i + 1}' for i in range(50))} LAST"}
    finding = Finding("storage-moved", Severity.BLOCKER, "Vault.z", f"z moves; {words} END", f"{words} FIX", moved)

    page = Page(render_html(replace(DOSSIER, findings=(finding,))))

    assert f"{words} END" in page.words
    assert f"{words} FIX" in page.words
    assert moved["moved"] in page.words
