"""What Vyper's types mean: words by what they stand for, and lengths that a program computes."""

from pathlib import Path

import pytest

from upgrader.layout.changes import ChangeKind
from upgrader.layout.decode import decoded
from upgrader.layout.formats import describe, document_of
from upgrader.layout.formats._base import LINES
from upgrader.layout.kept import kept_layouts, read_kept_layouts
from upgrader.layout.meaning import value_fit
from upgrader.layout.types import Contract, Flag, Kind, WordValue
from upgrader.plan.layout_record import layout_record, read_layout_record

VECTORS = Path(__file__).resolve().parents[1] / "vectors/vyper"


def printed(name):
    """Return what a compiler printed for a source, ``version/source``."""
    return document_of((VECTORS / f"{name}.json").read_text())


LEGS = ("LONG", "SHORT")
DECIMAL, ADDRESS = WordValue("decimal", Kind.FIXED, 21), WordValue("address", Kind.ADDRESS, 20)
KEY, WHOLE = WordValue("nonreentrant lock", Kind.LOCK, 32), WordValue("uint256", Kind.UINT, 32)
SMALL, TRUTH = WordValue("uint8", Kind.UINT, 1), WordValue("bool", Kind.BOOL, 1)
FEED = Contract("interface IFeed", 32, None)


def side(*members, name="Side"):
    """Return a flag."""
    return Flag(f"flag {name}", 32, members or None)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (side(*LEGS), 0, "0"),
        (side(*LEGS), 2, "SHORT"),
        (side(*LEGS), 3, "LONG | SHORT"),
        (side(*LEGS), 5, "LONG | 4 (no member)"),
        (side(), 5, "5"),
        (DECIMAL, 15_000_000_001, "1.5000000001"),
        (DECIMAL, 2**256 - 10**10, "-1.0000000000"),
        (DECIMAL, 2**167 - 1, "18707220957835557353007165858768422651595.9365500927"),
        (WordValue("int128", Kind.INT, 16), 2**256 - 5, "-5"),
        (WordValue("bytes4", Kind.BYTES, 4), 0x01FFC9A7 << 224, "0x01ffc9a7"),
        (ADDRESS, 0, "0x0000000000000000000000000000000000000000"),
        (TRUTH, 1, "true"),
    ],
)
def test_words_are_written_as_people_write_them(kind, value, text):
    """What a live proxy holds, in the words of its types."""
    assert text == decoded({"t": kind}, "t", value.to_bytes(32, "big"))


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (side(*LEGS), side(*LEGS), None),
        (side(*LEGS), side(*LEGS, "FLAT"), ChangeKind.WIDENED),
        (side(*LEGS), side("LONG"), ChangeKind.NARROWED),
        (side(*LEGS), side("SHORT", "LONG"), ChangeKind.REINTERPRETED),
        (side(*LEGS), side("LONG", "PUT"), ChangeKind.RENAMED),
        (side(), side(), ChangeKind.UNLISTED),
        (side(*LEGS), side(name="Other"), ChangeKind.UNJUDGED),
        (side(*LEGS), WHOLE, ChangeKind.WIDENED),
        (side(*LEGS), SMALL, ChangeKind.WIDENED),
        (side(*(f"M{i}" for i in range(9))), SMALL, ChangeKind.NARROWED),
        (side(*LEGS), TRUTH, ChangeKind.NARROWED),
        (WHOLE, side(*LEGS), ChangeKind.NARROWED),
        (SMALL, side(*LEGS), ChangeKind.RECAST),
        (FEED, ADDRESS, None),
        (ADDRESS, FEED, None),
        (FEED, WHOLE, ChangeKind.RECAST),
        (KEY, KEY, None),
        (KEY, WHOLE, ChangeKind.REINTERPRETED),
        (TRUTH, KEY, ChangeKind.REINTERPRETED),
        (KEY, FEED, ChangeKind.REINTERPRETED),
    ],
)
def test_words_are_judged_by_what_they_stand_for(old, new, kind):
    """A flag is as wide as its members, an interface an address, and a key nobody's number."""
    fit = value_fit(old, new)

    assert kind == (fit[0] if fit is not None else None)


def test_layouts_are_kept_and_read_back():
    """What a record or a kept result holds is what was compared: flags, keys and bounds too."""
    found = describe(printed("0.3.10/locked"), "", "locked.json")

    (back,) = read_kept_layouts(kept_layouts({"M": found}), "x").values()

    assert (found.regions, dict(found.types)) == (back.regions, dict(back.types))
    assert found.regions == read_layout_record(layout_record(found), where="x").regions


def constant(expression):
    """Return the size of a struct whose array has a length that the compiler computes."""
    lines = printed("0.4.3/base")
    declared = next(each for each in lines[LINES][1]["ast"]["body"] if (each.get("target") or {}).get("id") == "DEPTH")
    declared["value"] = expression
    types = describe(lines, "", "base.json").types
    return next(kind for kind in types.values() if kind.label == "struct Quote").size


NUMBER = {"ast_type": "Int", "value": 3}


def operation(name, left, right):
    """Return a node of an operation on two numbers."""
    left, right = ({"ast_type": "Int", "value": each} for each in (left, right))
    return {"ast_type": "BinOp", "op": {"ast_type": name}, "left": left, "right": right}


@pytest.mark.parametrize(
    ("expression", "length"),
    [
        (operation("Add", 1, 2), 3),
        (operation("Sub", 5, 2), 3),
        (operation("FloorDiv", 7, 2), 3),
        (operation("Pow", 3, 1), 3),
        (operation("LShift", 3, 0), 3),
        ({"ast_type": "Hex", "value": "0x03"}, 3),
        ({"ast_type": "Call", "func": {"ast_type": "Name", "id": "min"}, "args": [NUMBER, NUMBER]}, 3),
    ],
)
def test_lengths_are_computed_as_the_compiler_does(expression, length):
    """The grid has three rows, by the layout; the struct has as many words, by the constant."""
    assert (1 + length) * 32 == constant(expression)


@pytest.mark.parametrize(
    "expression",
    [operation("FloorDiv", 7, 0), operation("Pow", 2, 10**6), {"ast_type": "Call", "func": {}, "args": [NUMBER]}, None],
)
def test_a_length_that_cannot_be_computed_is_unknown(expression):
    """A guess would lay members of the struct where they are not."""
    assert 0 == constant(expression)
