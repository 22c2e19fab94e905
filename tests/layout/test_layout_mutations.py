"""Readers and rules survive every file: whatever is exchanged in one, it is judged or refused with a sentence."""

import contextlib
import copy
import json
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from layout_corpora import ROOT

from upgrader.build import Artifact
from upgrader.edges.compilers import run_solc
from upgrader.errors import InputError
from upgrader.flows.check import check_pair
from upgrader.layout.drawing import draw
from upgrader.layout.formats import describe, document_of

VYPER = ROOT / "tests" / "vectors" / "vyper"
OLD_COMPILERS = ROOT / "tests" / "vectors" / "checks"
IMPLEMENTATION = "0x" + "11" * 20
PROGRAM = """// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;
type Price is uint64;
library Facet {
    struct Main { mapping(address => uint256) items; uint256[4] __gap; }
    bytes32 internal constant PLACE = keccak256("facet.main");
    function main() internal pure returns (Main storage $) { bytes32 place = PLACE; assembly { $.slot := place } }
    function kept(address who) internal view returns (uint256 v) {
        assembly { mstore(0x0c, 0x87a211a2) mstore(0, who) v := sload(keccak256(0x0c, 0x20)) }
    }
}
abstract contract Base {
    address owner; uint256[9] private __gap;
    modifier mine() { require(msg.sender == owner, "no"); _; }
}
contract Market layout at 0x100 is Base {
    enum Side { Long, Short }
    /// @custom:storage-location erc7201:market.main
    struct Main { uint256 a; Side side; }
    event Said(uint256 indexed a);
    uint256 immutable START = 7; uint256 constant CAP = 2 * START_; uint256 constant START_ = 21;
    Price price; mapping(uint256 => Main[]) all; function(uint256) external returns (bool) hook; bool transient busy;
    function initialize(address who) external { require(owner == address(0)); owner = who; }
    function take(address to, uint256 n) external mine returns (uint256 sum) {
        for (uint256 i; i < n; ++i) { sum += Facet.main().items[to] + Facet.kept(to) + CAP + START; }
        if (sum > 5) { emit Said(sum); } else { (bool ok,) = to.delegatecall(""); require(ok); }
    }
}
"""


@cache
def build_info():
    """Return a build-info with AST and code, as Hardhat 2 writes it."""
    request = {
        "language": "Solidity",
        "sources": {"M.sol": {"content": PROGRAM}},
        "settings": {"outputSelection": {"*": {"": ["ast"], "*": ["abi", "storageLayout", "evm.deployedBytecode"]}}},
    }
    output = run_solc(request, "0.8.37")
    output["contracts"]["M.sol"] = {"Market": output["contracts"]["M.sol"]["Market"]}
    return {"_format": "hh-sol-build-info-1", "solcVersion": "0.8.37", "input": request, "output": output}


def old_build_info(version):
    """Return what a compiler that knew no storage layouts, or no Yul AST, said."""
    kept = json.loads((OLD_COMPILERS / f"solc-{version}.json").read_text())
    path = kept["ast"]["absolutePath"]
    return {
        "contracts": {path: {"MarketV2": kept["contracts"]["MarketV2"]}},
        "sources": {path: {"id": 0, "ast": kept["ast"]}},
    }


def layout():
    """Return a raw storage layout."""
    return build_info()["output"]["contracts"]["M.sol"]["Market"]["storageLayout"]


def artifact():
    """Return an artifact as Foundry writes it."""
    market = build_info()["output"]["contracts"]["M.sol"]["Market"]
    ast = build_info()["output"]["sources"]["M.sol"]["ast"]
    settings_ = {"compilationTarget": {"M.sol": "Market"}}
    metadata = {"compiler": {"version": "0.8.37"}, "settings": settings_}
    return {
        "abi": market["abi"],
        "ast": ast,
        "bytecode": {"object": "0x6000", "linkReferences": {}},
        "deployedBytecode": market["evm"]["deployedBytecode"],
        "metadata": metadata,
        "storageLayout": market["storageLayout"],
    }


def manifest(kept):
    """Return an OpenZeppelin manifest with one implementation."""
    return {"manifestVersion": "3.2", "impls": {"h": {"address": IMPLEMENTATION, "layout": kept}}}


def first_age():
    """Return a manifest that knows neither slots nor members."""
    storage = [{"contract": "A", "label": f"v{i}", "type": kind, "src": "A.sol:1"} for i, kind in enumerate(
        ("t_bool", "t_struct(Feed)7_storage", "t_mapping(t_address,t_array(t_uint8)3_storage)", "t_string_storage")
    )]  # fmt: skip
    return manifest({"storage": storage, "types": {"t_struct(Feed)7_storage": {"label": "struct A.Feed"}}})


def second_age():
    """Return a manifest with slots, members and namespaces."""
    raw = layout()
    return manifest({**raw, "solcVersion": "0.8.37", "namespaces": {"erc7201:perp.main": raw["storage"]}})


def synthetix():
    """Return a dump of a library's structs."""
    steps = {"type": "struct", "name": "Step", "members": [{"type": "bytes32", "name": "feed"}]}
    members = [
        {"type": "uint128", "name": "id", "size": 16, "slot": "0", "offset": 0},
        {"type": "enum", "name": "side", "members": ["LONG", "SHORT"], "size": 1, "slot": "0", "offset": 16},
        {"type": "array", "name": "steps", "size": 32, "slot": "1", "offset": 0, "value": steps},
        {
            "type": "mapping",
            "name": "m",
            "size": 32,
            "slot": "2",
            "offset": 0,
            "key": {"type": "address"},
            "value": steps,
        },
    ]
    return {"contracts/Market.sol:Market": {"name": "Market", "kind": "library", "structs": {"Data": members}}}


def printed(name):
    """Return what ``vyper -f layout,annotated_ast`` printed of a contract."""
    return document_of((VYPER / f"{name}.json").read_text())


def vyper():
    """Return what ``vyper -f layout`` prints."""
    return {"storage_layout": printed("0.4.3/base")["lines"][0]["storage_layout"], "code_layout": {}}


def vyper_output():
    """Return standard JSON output of a contract with modules."""
    layout, ast = printed("0.4.3/modules")["lines"]
    sources = {node["path"]: {"id": node["source_id"], "annotated_ast": node} for node in [ast["ast"], *ast["imports"]]}
    return {"compiler": "vyper-0.4.3", "contracts": {"m.vy": {"m": {"layout": layout}}}, "sources": sources}


SAMPLES = {
    "raw layout": layout,
    "build-info": build_info,
    "build-info of 0.5": lambda: old_build_info("0.5.17"),
    "build-info of 0.6": lambda: old_build_info("0.6.12"),
    "artifact": artifact,
    "manifest of the first age": first_age,
    "manifest of the second age": second_age,
    "Synthetix dump": synthetix,
    "Vyper layout": vyper,
    "Vyper layout of 0.3 with AST": lambda: printed("0.3.10/two_keys"),
    "Vyper layout with modules": lambda: printed("0.4.3/modules"),
    "Vyper standard JSON output": vyper_output,
}
LIGHT = {name for name in SAMPLES if not name.startswith(("build", "artifact"))}

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-10, 2**260)
    | st.text(max_size=12)
    | st.sampled_from(["t_uint256", "t_struct(S)1_storage", "YulFunctionCall", "FunctionDefinition", "0:0:0", "-1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def places(value, path=()):
    """Yield the path of everything in a document."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


@cache
def places_of(sample):
    """Return the paths of a sample, but for the outermost."""
    return [path for path in places(SAMPLES[sample]()) if path]


def at(document, path):
    """Return what lies at a path."""
    for key in path:
        document = document[key]
    return document


@pytest.mark.parametrize("sample", SAMPLES)
def test_samples_are_read_as_they_are(sample):
    """Each sample is a good one of its format, so that its mutants get past the door."""
    described = describe(SAMPLES[sample](), "", "sample.json")

    result = check_pair(described, described)

    assert result.old.regions
    assert isinstance(described, Artifact) is (sample not in LIGHT)


@pytest.mark.parametrize("sample", SAMPLES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_mutants_are_judged_or_refused(sample, data):
    """A file with one value exchanged, left out, or put in another's place ends in findings or in one sentence."""
    good = SAMPLES[sample]()
    mutant = copy.deepcopy(good)
    path = data.draw(st.sampled_from(places_of(sample)))
    owner = at(mutant, path[:-1])
    match data.draw(st.sampled_from(["exchange", "leave out", "transplant"])):
        case "exchange":
            owner[path[-1]] = data.draw(values)
        case "leave out":
            del owner[path[-1]]
        case "transplant":
            owner[path[-1]] = copy.deepcopy(at(good, data.draw(st.sampled_from(places_of(sample)))))

    for turned in (False, True):
        with contextlib.suppress(InputError):
            sides = describe(good, "", "good.json"), describe(mutant, "", "mutant.json")
            result = check_pair(*(sides[::-1] if turned else sides))
            draw(result.old, result.new, result.changes)
