"""A layout written as JSON is the layout that is read back; anything else is an error, never a traceback."""

import contextlib
import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upgrader.build import Artifact
from upgrader.edges.solc import Solc
from upgrader.errors import InputError
from upgrader.layout.compare import compare
from upgrader.layout.model import erc7201
from upgrader.layout.read import layout_of, raw_layout
from upgrader.plan.layout_record import layout_record, read_layout_record

SOURCE = """
pragma solidity ^0.8.20;
interface Feed { function price() external view returns (uint256); }
type Price is uint128;
library Book {
    struct Side { uint64[3] levels; mapping(bytes32 => Side[]) deeper; }
}
contract Market {
    enum Phase { Open, Closed }
    /// @custom:storage-location erc7201:market.main
    struct Main { Price last; Phase phase; Feed feed; Book.Side bids; function(uint256) external view check; }
    bytes32 private constant SLOT = BASE;
    string public name;
    uint256[2] private spare;
    function main() internal pure returns (Main storage $) { assembly { $.slot := SLOT } }
    function open() external { main().phase = Phase.Open; }
}
"""


@pytest.fixture(scope="module")
def market(tmp_path_factory) -> Artifact:
    """A contract with a namespace and a type of nearly every sort, compiled once."""
    folder = tmp_path_factory.mktemp("record")
    (folder / "Market.sol").write_text(SOURCE.replace("BASE", f"0x{erc7201('market.main'):064x}"))
    return Solc().compile(["Market.sol"], root=folder)["Market.sol:Market"]


def test_a_layout_survives_json(market):
    """Regions, types and bases come back equal, and no byte of storage differs."""
    layout = layout_of(market)

    back = read_layout_record(json.loads(json.dumps(layout_record(layout))), where="storage.json")

    assert layout.regions == back.regions
    assert all(layout.types[name] == kind for name, kind in back.types.items())
    assert {"Side", "Price", "Phase", "Feed"} <= {
        kind.label.replace(".", " ").split()[-1] for kind in back.types.values()
    }
    assert () == compare(layout, back)


def test_the_same_layout_gives_the_same_bytes(market):
    """Sets are written in order."""
    texts = {json.dumps(layout_record(layout_of(market)), sort_keys=True) for _ in range(2)}

    assert 1 == len(texts)


RECORD = layout_record(raw_layout({"storage": [{"label": "a", "type": "t_uint256"}], "types": {}}, "Market", "test"))


def _paths(tree, path=()):
    yield path
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        yield from _paths(value, (*path, key))


@given(st.sampled_from(list(_paths(RECORD))), st.sampled_from([None, -1, "x", [], {}, [[]], 2**300, True]))
def test_a_forged_record_is_an_error_or_a_layout(path, value):
    """Whatever stands in any place, no other error comes out."""
    tree = {"all": copy.deepcopy(RECORD)}
    target = tree
    keys = ("all", *path)
    for key in keys[:-1]:
        target = target[key]
    target[keys[-1]] = value

    with contextlib.suppress(InputError):
        read_layout_record(tree["all"], where="storage.json")
