"""The page's section of layouts: a real drawing, in place, harmless whatever the layouts call things."""

import re
from dataclasses import replace

import pytest
from reports_world import DOSSIER

from upgrader.layout.compare import compare
from upgrader.layout.drawing import SPAN_KINDS, draw
from upgrader.layout.read import raw_layout
from upgrader.reports.html import render_html
from upgrader.reports.html.style import STYLE

HOSTILE = "\x1b[2J\u202eevas\u2066\u200b\r\x00<script>alert(1)</script>&amp;" + "owner" * 200_000
RAW = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def page(name, *fields):
    """Return the page of a dossier whose contract moves from the first of two rows of fields to the second."""
    old, new = (
        raw_layout(
            {"storage": [{"label": f, "type": "t_uint256", "contract": name} for f in row], "types": {}}, name, "a test"
        )
        for row in fields
    )
    return render_html(replace(DOSSIER, layouts={name: draw(old, new, compare(old, new))}))


def drawing(source):
    """Return the drawing of a page."""
    start = source.index('<pre class="drawing"')
    return source[start : source.index("</pre>", start)]


def test_what_moved_is_marked_by_class_and_sign():
    """A colour and a sign say the same, and the columns stand."""
    shown = drawing(page("Vault", ("a", "z"), ("a", "b", "z")))

    lines = re.sub(r"<[^>]+>", "", shown).splitlines()
    assert '<span class="k-moved">&gt;z →2' in shown
    assert '<span class="k-new">+b' in shown
    assert "            root: &gt; 1 moved, + 1 new" in lines
    assert 1 == len({len(line.replace("&gt;", ">")) for line in lines if "│" in line})


def test_a_narrow_screen_can_set_what_is_after_below():
    """Both halves of a line are elements of their own, and sentences are told apart from cells, which never wrap."""
    shown = drawing(page("Vault", ("a", "z"), ("a", "b", "z")))

    assert ["side", "ruler", "cells", "cells", "cells"] == re.findall(r'<span class="below (\w+)">', shown)
    assert 1 == shown.count('<span class="words">')
    assert re.search(r'class="below cells"><span class="k-head"> │</span><span class="k-new">\+b', shown)
    assert all(f".{name}" in STYLE for name in ("below", "side", "ruler", "cells", "words"))


def test_every_kind_has_a_look():
    """A mark without a style would be seen by its sign alone."""
    assert set() == {kind for kind in SPAN_KINDS - {"same"} if f".k-{kind}" not in STYLE}


@pytest.mark.parametrize("place", ["name", "field"])
def test_hostile_names_are_drawn_harmlessly(place):
    """No markup, no control or reordering character, and no megabyte gets into the page."""
    name, field = (HOSTILE, "a") if place == "name" else ("Vault", HOSTILE)

    source = page(name, (field, "z"), ("b", field, "z"))

    assert "<script>" not in source
    assert RAW.search(source) is None
    assert len(source) < len(render_html(DOSSIER)) + 20_000
