"""docs/layout.md shows the drawing as it is."""

from pathlib import Path

from upgrader.cli import wiring
from upgrader.flows.check import check_pair
from upgrader.layout.compare import compare
from upgrader.layout.drawing import draw
from upgrader.layout.read import layout_of
from upgrader.reports.terminal import drawn_lines

ROOT = Path(__file__).resolve().parents[2]
OLD = "contracts/v1/ClearingHouse.sol:ClearingHouseV1"
NEW = "contracts/broken/GapNotShrunk.sol:GapNotShrunk"


def test_the_page_shows_the_real_drawing():
    """The clearing house whose base grew without its gap, line by line."""
    old, new = map(layout_of, wiring.sources(ROOT).read_all([OLD, NEW]))

    lines = drawn_lines(draw(old, new, compare(old, new)), colour=False)

    assert "\n".join(lines) in (ROOT / "docs" / "layout.md").read_text(encoding="utf-8")


def test_the_page_quotes_a_real_finding():
    """Its message, its fix, and the line that it stands at."""
    page = (ROOT / "docs" / "layout.md").read_text(encoding="utf-8")

    (finding,) = (found for found in check_pair(*wiring.sources(ROOT).read_all([OLD, NEW])).findings if found.blocks)

    assert finding.message.partition(";")[0] in page
    assert finding.remedy in page
    assert f'"at": "{finding.evidence["at"]}"' in page
