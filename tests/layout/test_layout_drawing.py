"""The drawing: slots as rows, bytes as columns, and what happened to each byte to be seen at once."""

import re
import unicodedata

import pytest

from upgrader.layout.compare import compare
from upgrader.layout.drawing import SPAN_KINDS, draw
from upgrader.layout.model import Region, RegionKind, StorageLayout, erc7201
from upgrader.layout.read import raw_layout
from upgrader.layout.types import ELEMENTARY, Variable
from upgrader.reports.terminal import drawn_lines

WORDS = {"t_uint256": 32, "t_uint128": 16, "t_uint64": 8, "t_uint8": 1, "t_address": 20, "t_int256": 32}
HOSTILE = "\x1b[31mowner\u202e\r\n✓ safe \U000e0041\u3000漢" + "A" * 1_000_000
WIDEST = 80
"""Columns of a drawing: a terminal that nobody has made wider."""


def layout(contract, *fields, **structs):
    """Return a layout of ``(name, type)`` pairs, with structs by name."""
    listed = {
        f"t_struct({name})1_storage": {
            "label": f"struct {name}",
            "members": [{"label": label, "type": kind} for label, kind in members],
        }
        for name, members in structs.items()
    }
    storage = [{"label": name, "type": kind, "contract": contract} for name, kind in fields]
    return raw_layout({"storage": storage, "types": listed}, contract, "a test")


def drawn(old, new):
    """Return the drawing of two layouts as lines of text."""
    return drawn_lines(draw(old, new, compare(old, new)), colour=False)


def kinds(old, new):
    """Return the text of every marked span by its kind."""
    found = {}
    for line in draw(old, new, compare(old, new)):
        for span in line:
            found.setdefault(span.kind, []).append(span.text.strip())
    return found


def test_an_insertion_shows_where_everything_went():
    """What is new, what moved, from where and where to: by a sign, a colour's word and a slot."""
    old = layout("V1", ("a", "t_uint256"), ("b", "t_uint128"), ("c", "t_uint128"), ("d", "t_address"))
    new = layout(
        "V2", ("a", "t_uint256"), ("fee", "t_uint256"), ("b", "t_uint128"), ("c", "t_uint128"), ("d", "t_address")
    )

    assert [
        "            before: V1                         after: V2",
        "      slot  31     24      16      8       0   31     24      16      8       0",
        "            root: > 3 moved, + 1 new",
        "         0 │a                               │ │a                               │",
        "         1 │>c →2          ▕>b →2           │ │+fee                            │",
        "         2 │············>d →3               │ │>c ←1          ▕>b ←1           │",
        "         3 │································│ │············>d ←2               │",
    ] == drawn(old, new)
    assert {"new", "moved", "same", "gap", "head", "title"} == set(kinds(old, new))


def test_nothing_changed_is_one_line():
    """Two equal layouts need no rows."""
    same = layout("V", ("a", "t_uint256"), ("b", "t_uint256"))

    assert ["before: V                          after: V", "nothing changed: root (2 slots)"] == [
        line.strip() for line in drawn(same, same)
    ]


def test_rows_that_did_not_change_are_folded():
    """A long layout shows what changed, one row around it, and how much is left out."""
    fields = [(f"v{i}", "t_uint256") for i in range(40)]

    lines = drawn(layout("V", *fields), layout("V", *fields, ("last", "t_uint256")))

    assert ["… 39 slots unchanged", "39 │v39", "40 │····"] == [
        lines[3].strip(), lines[4][:15].strip(), lines[5].strip()[:8]
    ]  # fmt: skip


def test_a_long_run_in_which_everything_moved_is_folded():
    """Forty rows that say the same say it once."""
    fields = [(f"v{i}", "t_uint256") for i in range(40)]

    lines = drawn(layout("V", *fields), layout("V", ("first", "t_uint256"), *fields))

    assert "            root: > 40 moved, + 1 new" in lines
    assert "            … 34 slots in which everything moved" in lines
    assert len(lines) < 15


def test_values_behind_a_mapping_have_a_block_of_their_own():
    """A struct in a mapping that changed is drawn as the words of each value."""
    position = [("size", "t_uint128"), ("entry", "t_uint128")]
    sides = [
        layout("V", ("positions", "t_mapping(t_address,t_struct(P)1_storage)"), P=members)
        for members in (position, position[::-1])
    ]

    lines = drawn(*sides)

    assert [
        "         0 │!positions                      │ │!positions                      │",
        "            each positions[]: > 2 moved",
        "        +0 │>entry →byte 0 ▕>size →byte 16  │ │>size ←byte 0  ▕>entry ←byte 16 │",
    ] == lines[3:6]


def test_what_is_new_behind_a_mapping_is_drawn_although_the_mapping_stays():
    """A member appended to a struct in a mapping leaves the mapping as it is, and is seen in its values."""
    position = [("size", "t_uint128")]
    sides = [
        layout("V", ("positions", "t_mapping(t_address,t_struct(P)1_storage)"), P=members)
        for members in (position, [*position, ("entry", "t_uint128")])
    ]

    lines = drawn(*sides)

    assert [
        "         0 │positions                       │ │positions                       │",
        "            each positions[]: + 1 new",
        "        +0 │················size            │ │+entry         ▕size            │",
    ] == lines[3:6]


def test_what_the_cells_cannot_show_is_said_below():
    """Types of a value that is read otherwise, and names that have no room."""
    old = layout("V", ("pnl", "t_uint256"), ("a", "t_uint8"), ("b", "t_uint8"))
    new = layout("V", ("pnl", "t_int256"), ("a", "t_uint8"), ("b", "t_uint8"), ("maximumLeverage", "t_uint8"))

    lines = drawn(old, new)

    assert any(line.startswith("            ! pnl: uint256 → int256") for line in lines)
    assert "            + maximumLeverage" in lines


def test_a_namespace_that_moved_says_where_to():
    """Whole regions are named with their base; what lies in them counts from there."""
    variable = (Variable("a", "t_uint256", 0, 0, 32, "M"),)
    old, new = (
        StorageLayout(
            "V", (Region(RegionKind.NAMESPACE, "erc7201:perp.main", base, variable),), ELEMENTARY, complete=True
        )
        for base in (erc7201("perp.main"), erc7201("perp.other"))
    )

    head, row = drawn(old, new)[2:4]

    assert re.fullmatch(r" {12}erc7201:perp\.main at 0x\w{8}…\w{6}: moves to 0x\w{8}…\w{6}", head)
    assert row.startswith("        +0 │>a →0x")


def test_a_gap_is_faint_and_what_takes_its_bytes_is_new():
    """Growth out of a gap shows nothing but the new variable."""
    old = layout("V", ("__gap", "t_array(t_uint256)50_storage"), ("z", "t_uint256"))
    new = layout("V", ("fee", "t_uint256"), ("__gap", "t_array(t_uint256)49_storage"), ("z", "t_uint256"))

    found = kinds(old, new)

    assert {"same", "gap", "head", "title", "new"} == set(found)
    assert ["+ 1 new", "+fee"] == found["new"]


@pytest.mark.parametrize("length", [10**6, 2**200])
def test_an_array_larger_than_any_memory_is_one_row(length):
    """A drawing's length does not depend on how many words a variable claims."""
    old = layout("V", ("big", f"t_array(t_uint256){length}_storage"))
    new = layout("V", ("big", f"t_array(t_uint256){length}_storage"), ("more", "t_uint256"))

    lines = drawn(old, new)

    assert len(lines) < 10
    assert WIDEST >= max(map(len, lines))


@pytest.mark.parametrize("place", ["variable", "contract", "type", "region"])
def test_hostile_names_are_drawn_harmlessly(place):
    """Whatever a layout's names hold, a drawing is short lines of printable characters, one column each."""
    names = {part: HOSTILE if part == place else "quiet" for part in ("variable", "contract", "region")}
    label = HOSTILE if place == "type" else "uint256"
    old, new = (
        StorageLayout(
            names["contract"],
            (
                Region(
                    RegionKind.NAMESPACE,
                    names["region"],
                    4,
                    (Variable(names["variable"], kind, 0, 0, 32, "M"),),
                    HOSTILE,
                ),
            ),
            {**ELEMENTARY, "odd": type(ELEMENTARY["t_bytes32"])(label, ELEMENTARY["t_bytes32"].kind, 32)},
            complete=True,
        )
        for kind in ("t_uint256", "odd")
    )

    drawing = draw(old, new, compare(old, new))
    text = "\n".join("".join(span.text for span in line) for line in drawing)

    assert {"Cc", "Cf", "Cs", "Co", "Cn"} & {unicodedata.category(char) for char in text.replace("\n", "")} == set()
    assert all(unicodedata.east_asian_width(char) not in "WF" for char in text)
    assert len(text) < 4_000
    assert WIDEST >= max(len(line) for line in text.splitlines() if "│" in line)
    assert {span.kind for line in drawing for span in line} <= SPAN_KINDS


def test_a_layout_with_a_hundred_thousand_variables_ends():
    """What is drawn is bounded, and says how much is left out."""
    many = [(f"v{i}", "t_uint256") for i in range(20_000)]
    other = [(name, "t_int256" if i % 3 else "t_uint256") for i, (name, _) in enumerate(many)]

    lines = wide(layout("V", *many), layout("V", *other), 200)

    assert 401 == len(lines)
    assert WIDEST >= max(map(len, lines))
    assert re.fullmatch(r" +… \d+ more lines", lines[-1])


def test_colours_say_the_same_as_the_signs():
    """With colours every marked piece has its code, and without there is not one escape; the text is the same."""
    old, new = layout("V", ("a", "t_uint256"), ("b", "t_uint256")), layout("V", ("n", "t_uint256"), ("a", "t_uint256"))
    drawing = draw(old, new, compare(old, new))

    coloured, plain = (drawn_lines(drawing, colour=colour) for colour in (True, False))

    assert not any("\x1b" in line for line in plain)
    assert plain == [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip() for line in coloured]
    assert any("\x1b[1;31m>a →1" in line for line in coloured)
    assert any("\x1b[1;32m+n" in line for line in coloured)


def wide(old, new, width):
    """Return the drawing of two layouts in a terminal of some columns."""
    return drawn_lines(draw(old, new, compare(old, new), width=width), colour=False)


NAMED = (
    layout("V1", ("lastFundingTime", "t_uint64"), ("fundingAccumulator", "t_uint128")),
    layout("V2", ("lastFundingTime", "t_uint64"), ("epoch", "t_uint64"), ("fundingAccumulator", "t_uint128")),
)


@pytest.mark.parametrize("width", [1, 40, 53, 60, 79, 80, 100, 120, 160, 200, 100_000])
def test_a_drawing_is_as_wide_as_its_names_need_and_never_wider_than_the_terminal(width):
    """No byte is lost however narrow it is, and every row of cells has one length."""
    lines = wide(*NAMED, width)

    rows = [line.rstrip(" abefort") for line in lines if "│" in line]
    assert 1 == len({len(row) for row in rows})
    assert max(len(line) for line in lines) <= max(width, 52)
    assert max(len(line) for line in lines) <= 208


def test_a_wide_terminal_shows_names_that_a_narrow_one_cuts():
    """Every byte gets more columns, the ruler with them; more than the names need are left free."""
    narrow, wider, widest = (wide(*NAMED, width) for width in (80, 112, 400))

    assert "lastFun…" in narrow[3]
    assert "lastFundingTime" in widest[3]
    assert len(narrow[3]) < len(wider[3]) < len(widest[3]) < 208
    byte_8 = [lines[1].index(" 8 ") + 1 for lines in (narrow, widest)]
    assert [byte_8[0] + 1, byte_8[1] + 2] == [lines[3].index("lastFun") for lines in (narrow, widest)]
    short = layout("V", ("a", "t_uint256")), layout("V", ("a", "t_uint256"), ("b", "t_uint256"))
    assert wide(*short, 80) == wide(*short, 400)


def test_a_narrow_terminal_has_what_was_above_what_is():
    """Below eighty columns both sides do not fit beside one another, and no row is broken by the terminal."""
    old = layout("V1", ("a", "t_uint256"), ("b", "t_uint256"))
    new = layout("V2", ("a", "t_uint256"), ("fee", "t_uint256"), ("b", "t_uint256"))

    assert [
        "            before: V1",
        "            after: V2",
        "      slot  31     24      16      8       0",
        "            root: > 1 moved, + 1 new",
        "         0 │a                               │",
        "         1 │>b →2                           │ before",
        "           │+fee                            │ after",
        "         2 │································│ before",
        "           │>b ←1                           │ after",
    ] == wide(old, new, 60)


def test_what_grew_is_marked_where_it_grew():
    """The elements that were there before are as they were: only the new bytes are new, and only on the new side."""
    old = layout("V", ("prices", "t_array(t_uint256)1000000_storage"))
    new = layout("V", ("prices", "t_array(t_uint256)1000002_storage"))

    lines = drawn(old, new)

    assert "  0-999999 │prices x1,000,000               │ │prices x1,000,000               │" in lines
    assert " 1000000-… │································│ │+prices x2                      │" in lines


def test_what_shrank_is_marked_where_it_shrank():
    """Of a mapping's array that lost elements, the lost ones are gone and the others are not."""
    old, new = (
        layout("V", ("p", "t_mapping(t_uint256,t_struct(P)1_storage)"), P=[("v", f"t_array(t_uint256){n}_storage")])
        for n in (3, 2)
    )

    lines = drawn(old, new)

    assert any(re.fullmatch(r" +\+0-1 │v x2 +│ │v x2 +│", line) for line in lines)
    assert any(re.fullmatch(r" +\+2 │-v +│ │·+│", line) for line in lines)


def test_what_widened_and_pushed_others_is_not_called_new():
    """It was there before; that its type is another one is the cause."""
    old = layout("V", ("a", "t_uint64"), ("b", "t_uint64"), ("c", "t_uint64"))
    new = layout("V", ("a", "t_uint64"), ("b", "t_uint128"), ("c", "t_uint64"))

    lines = drawn(old, new)

    assert "            root: > 1 moved, ~ 1 other name or type" in lines


def test_where_a_variable_went_is_said_below_where_its_cell_has_no_room():
    """Flags that change places in one word: a column each, and all that is to be known of them."""
    old = layout("V", ("isPaused", "t_uint8"), ("decimals", "t_uint8"))
    new = layout("V", ("decimals", "t_uint8"), ("isPaused", "t_uint8"))

    assert any("> isPaused →byte 1, decimals →byte 0" in line for line in drawn(old, new))


def test_counts_are_exact_or_say_that_they_are_not():
    """A million is not two to the nineteenth."""
    lengths = {1_000_000: "x1,000,000", 2**40: "x2^40", 2**200 - 5: "x~2^200"}

    for length, text in lengths.items():
        old = layout("V", ("big", f"t_array(t_uint256){length}_storage"))
        new = layout("V", ("big", f"t_array(t_uint256){length}_storage"), ("more", "t_uint256"))
        assert any(f"big {text} " in line for line in drawn(old, new)), text


def test_a_byte_without_room_for_an_end_does_not_run_into_its_neighbour():
    """A sign in one column, and an unmarked name behind it: without a line between, the name would bear the sign."""
    old = layout("V", ("rate", "t_uint64"), ("owner", "t_address"))
    new = layout("V", ("rate", "t_uint64"), ("on", "t_uint8"), ("owner", "t_address"))

    assert any("▕+▏rate   │" in line for line in drawn(old, new))
