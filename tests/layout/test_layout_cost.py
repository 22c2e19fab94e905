"""Comparing costs what the layouts have: twice the regions, about twice the work, whatever became of them."""

import sys

import pytest

from upgrader.layout.compare import compare
from upgrader.layout.model import Region, RegionKind, StorageLayout, erc7201
from upgrader.layout.types import ELEMENTARY, Variable

FEW, MANY = 150, 300
LINEAR = 2.2
"""Work of :data:`MANY` by that of :data:`FEW`: 2, and something for sorting.  Each with each other would give 4."""


def layout(count, name="pkg.module", label="total", *, turned=False):
    """Return a layout of namespaces of two variables each."""
    regions = [
        Region(
            RegionKind.NAMESPACE,
            f"erc7201:{name}{index}",
            erc7201(f"{name}{index}"),
            (
                Variable(f"{label}{index}", "t_uint256", 0, 0, 32, f"Store{index}"),
                Variable(f"{label}Owner{index}", "t_address", 1, 0, 20, f"Store{index}"),
            ),
        )
        for index in range(count)
    ]
    root = Region(RegionKind.ROOT, "root", 0, ())
    return StorageLayout("C", (root, *(reversed(regions) if turned else regions)), ELEMENTARY, complete=True)


def work(old, new):
    """Return how many functions comparing two layouts calls, and how many facts it finds."""
    calls = 0

    def count(_frame, event, _argument):
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        facts = compare(old, new)
    finally:
        sys.setprofile(None)
    return calls, len(facts)


@pytest.mark.parametrize(
    ("change", "facts"),
    [
        ({}, 0),
        ({"turned": True}, 0),
        ({"name": "pkg.renamed"}, MANY),
        ({"name": "pkg.renamed", "turned": True}, MANY),
        ({"name": "pkg.other", "label": "another"}, 2 * MANY),
    ],
    ids=["kept", "turned", "renamed", "renamed-and-turned", "gone"],
)
def test_comparing_costs_what_the_layouts_have(change, facts):
    """Namespaces that are kept, turned, moved, or gone while others came: the work grows with their number."""
    few, _ = work(layout(FEW), layout(FEW, **change))
    many, found = work(layout(MANY), layout(MANY, **change))

    assert facts == found
    assert many / few < LINEAR
