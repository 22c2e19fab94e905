"""Layouts from an excerpt of a program are those of the whole program; what is left out of an AST is missed nowhere."""

import json
import re
from dataclasses import fields

import pytest
from layout_corpora import PAIRS, ROOT, SHARED, adversarial_artifacts

from bench.plain_code import both, judged_otherwise, larger_optimised
from upgrader.edges import own_results, solc_compile, solc_layouts
from upgrader.edges.imports import gathered, project_remappings
from upgrader.edges.solc import Outputs, Solc
from upgrader.edges.solc_layouts import text_layouts
from upgrader.flows.check import check_pair
from upgrader.layout.kept import kept_layouts, read_kept_layouts
from upgrader.layout.read import layout_of
from upgrader.layout.solidity.excerpt import storage_excerpt
from upgrader.layout.solidity.living import living_excerpt
from upgrader.layout.solidity.outline import Outline
from upgrader.layout.types import FixedArray, Struct, Variable

UPGRADEABLE = ROOT / "node_modules" / "@openzeppelin" / "contracts-upgradeable"
TRACED = ROOT / "tests" / "vectors" / "checks" / "pairs" / "traced.sol"
PERP = ROOT / "node_modules" / "@perp" / "curie-contract"

IDIOMS = """// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

library Slots {
    struct Word { uint256 value; }
    function at(bytes32 slot) internal pure returns (Word storage r) { assembly ("memory-safe") { r.slot := slot } }
    function through(bytes32 slot) internal pure returns (Word storage) { return at(slot); }
    function unused(bytes32 slot) internal pure returns (Word storage) { return at(slot); }
    function worked() private pure returns (bytes32 s) { bytes memory n = "facet.worked"; s = keccak256(n); }
    function out() internal pure returns (Word storage) { return at(worked()); }
    function turned() private pure returns (bytes32 s) { for (uint256 i; i < 3; ++i) { s = keccak256(abi.encode(s)); } }
    function far() internal pure returns (Word storage) { return at(turned()); }
}

library Facet {
    /// @custom:storage-location erc7201:facet.main
    struct Main { mapping(address => Item) items; uint256[4] __gap; }
    struct Item { uint128 size; Side side; Price price; IOracle oracle; }
    bytes32 internal constant PLACE = keccak256(abi.encode(uint256(keccak256("facet.main")) - 1))
        & ~bytes32(uint256(0xff));
    function main() internal pure returns (Main storage $) { bytes32 place = PLACE; assembly { $.slot := place } }
    function free(uint256 n) internal view returns (uint256) { return main().__gap[n]; }
}

type Price is uint64;
enum Side { Long, Short }
error Wrong(string why); // with a brace } in a comment, and "a string

interface IOracle { function price() external view returns (uint256); function asset() external; }
interface ICap { function cap() external view returns (uint256); function é() external; }
"""
IDIOMS = IDIOMS.replace("function é() external;", "event Said(string what); /* é { */")

USES = """// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;
import {Slots as S, Facet, Side, IOracle, ICap, Price} from "./Idioms.sol";

uint256 constant COUNT = 3;

function twice(uint256 n) pure returns (uint256) { uint256 m = n; return m * 2; }

abstract contract Locked {
    uint256 private locked;
    modifier guarded() { require(locked == 0, "}{"); locked = 1; _; locked = 0; }
    constructor(uint256 n) { locked = n; }
}

contract Base is Locked, ICap {
    using {twice} for uint256;
    uint256 public override cap;
    uint256 internal immutable start;
    uint256[10] private __gap;
    uint256[5] private __reserved;
    uint256[COUNT] private table;
    constructor(uint256 n) Locked(n + 1) { start = n; }
    receive() external payable {}
    function raise() external virtual guarded { cap = cap.twice(); __reserved[0] = 1; emit Said("{"); }
    function word() internal view returns (S.Word storage) { return S.through(keccak256("a.word")); }
    function place() internal view returns (S.Word storage) { return S.out(); }
    function turned() internal view returns (S.Word storage) { return S.far(); }
    function raw() external view returns (uint256 v) { assembly { v := sload(0x1234) } }
}

contract Market layout at 0x100 is Base(7) {
    using S for bytes32;
    bytes32 constant SLOT = keccak256("market.word"); Side side; Price price; IOracle oracle; Base parent;
    function raise() external override guarded { keccak256("bound.word"); SLOT.at().value = word().value; }
    function item(address who) external view returns (Facet.Item memory) { return Facet.main().items[who]; }
    function paid() external view returns (address payable) { return payable(parent); }
    function pointer(uint256[] calldata list) external pure returns (uint256[] calldata) { return list; }
}

contract Alone { uint256[5] private __reserved; function dead() private {} }
"""


def _tree():
    sources = sorted(file.relative_to(ROOT).as_posix() for file in UPGRADEABLE.rglob("*.sol"))
    remappings = project_remappings(ROOT)
    return gathered(ROOT, sources, remappings), {"remappings": remappings}


def _perp():
    sources = [f"contracts/{file.name}" for file in sorted((PERP / "contracts").glob("*.sol"))]
    remappings = project_remappings(PERP)
    return gathered(PERP, sources, remappings), {"remappings": remappings}


def _reference():
    sources = [file.relative_to(ROOT).as_posix() for file in (ROOT / "contracts").rglob("*.sol")]
    remappings = project_remappings(ROOT)
    return gathered(ROOT, sorted(sources), remappings), {"remappings": remappings}


def _adversarial():
    if not SHARED.exists():
        pytest.skip("the shared adversarial corpus is not here")
    artifact = next(iter(adversarial_artifacts().values()))
    return dict(artifact.texts), {}


CORPORA = {
    "contracts-upgradeable": _tree,
    "perp": _perp,
    "reference": _reference,
    "adversarial": _adversarial,
    "pairs": lambda: ({file.name: file.read_text() for file in sorted(PAIRS.glob("*.sol"))}, {}),
    "traced": lambda: ({TRACED.name: TRACED.read_text()}, {}),
    "idioms": lambda: ({"Idioms.sol": IDIOMS, "Uses.sol": USES}, {}),
}


@pytest.fixture(scope="module", params=CORPORA)
def corpus(request):
    """Name a corpus; all tests of one run after one another, while its compilation is at hand."""
    return request.param


def _whole(texts, settings):
    """Compile everything, with nothing left out and no code."""
    return Solc(Outputs.NAMED).compile_texts(texts, root=ROOT, settings=settings, named=())


def _plain(layout):
    """Return a layout without the compiler's own numbers, and with what is known of use for arrays only."""
    arrays = {name for name, kind in layout.types.items() if isinstance(kind, FixedArray)}

    def variable(item):
        used = item.touched if item.type in arrays else None
        return [_numberless(getattr(item, name)) for name in Variable._fields if name != "touched"], used

    def kind(item):
        members = [variable(member) for member in item.members or ()] if isinstance(item, Struct) else ()
        return type(item), [_numberless(getattr(item, f.name)) for f in fields(item) if f.name != "members"], members

    regions = [
        (r.kind, r.name, r.base, r.formula, r.declared, r.at, [variable(item) for item in r.variables])
        for r in layout.regions
    ]
    return regions, {_numberless(name): kind(item) for name, item in layout.types.items()}, layout.complete


def _numberless(value):
    return re.sub(r"\)\d+", ")", value) if isinstance(value, str) else value


def test_layouts_of_an_excerpt_are_those_of_the_program(corpus, monkeypatch):
    """Every region, variable and type of every contract: bases, members, meanings, use of arrays, line numbers."""
    texts, settings = CORPORA[corpus]()
    expected = {name: _plain(layout_of(artifact)) for name, artifact in _whole(texts, settings).items()}
    runs = []
    real = solc_compile.run_solc
    monkeypatch.setattr(solc_compile, "run_solc", lambda *given: runs.append(given) or real(*given))

    found = text_layouts(texts, root=ROOT, settings=settings, cached=False)

    assert 1 == len(runs), "the excerpt compiles"
    assert expected.keys() == found.keys()
    assert [] == [name for name, layout in found.items() if expected[name] != _plain(layout)]
    assert found == read_kept_layouts(json.loads(json.dumps(kept_layouts(found))), str(ROOT)), "kept, they are the same"


def test_findings_without_dead_library_functions_are_those_of_the_program(corpus):
    """Every finding about every contract's upgrade to itself, its evidence and its line included."""
    texts, settings = CORPORA[corpus]()
    expected = {name: check_pair(each, each).findings for name, each in _whole(texts, settings).items()}

    living = Solc(Outputs.SOURCE).compile_texts(texts, root=ROOT, settings=settings)

    assert expected.keys() == living.keys()
    assert [] == [name for name, each in living.items() if expected[name] != check_pair(each, each).findings]


@pytest.mark.parametrize("corpus", ["adversarial", "pairs", "idioms"], indirect=True)
def test_code_without_the_optimizer_is_larger_and_judged_alike(corpus):
    """Of every contract with code: what `check` looks at bounds what is deployed, and leads to the same findings.

    The three large corpora take minutes: `python -m bench.plain_code`.
    """
    texts, settings = CORPORA[corpus]()

    exact, plain = both(texts, settings)

    assert any(each.runtime and each.runtime.code for each in exact.values()), "the corpus has contracts with code"
    assert [] == list(larger_optimised(exact, plain))
    assert [] == list(judged_otherwise(exact, plain))


def test_outline_lists_what_the_compiler_lists(corpus):
    """The members of every file and contract, each with the byte where it begins."""
    texts, settings = CORPORA[corpus]()
    asts = next(iter(_whole(texts, settings).values())).asts

    differing = [path for path, ast in asts.items() if _listed(ast) != _outlined(texts[path])]

    assert [] == differing


def _listed(ast):
    kinds = {
        "FunctionDefinition": "function", "ModifierDefinition": "modifier", "StructDefinition": "struct",
        "EnumDefinition": "enum", "EventDefinition": "event", "ErrorDefinition": "error",
        "VariableDeclaration": "variable", "UserDefinedValueTypeDefinition": "type",
    }  # fmt: skip
    found = set()
    for node in ast["nodes"]:
        home = node["name"] if node["nodeType"] == "ContractDefinition" else ""
        for member in node["nodes"] if home else [node]:
            kind = kinds.get(member["nodeType"])
            if kind == "function" and member["kind"] in {"constructor", "receive", "fallback"}:
                kind = member["kind"]
            if kind:
                name = "" if kind in {"constructor", "receive", "fallback"} else member["name"]
                found.add((kind, name, home, int(member["src"].split(":")[0])))
    return found


def _outlined(text):
    return {
        (member.kind, member.name, member.contract, member.head)
        for member in Outline(text).members
        if member.kind not in {"using", "import", "pragma"}
    }


def test_positions_lead_back_to_the_source():
    """A byte of an excerpt is the same byte of its source."""
    excerpt = storage_excerpt({"Idioms.sol": IDIOMS})
    given, source = excerpt.texts["Idioms.sol"].encode(), IDIOMS.encode()
    places = excerpt.positions["Idioms.sol"]

    words = [match for match in re.finditer(rb"\w+", given) if match[0] != b"revert"]

    assert len(given) < len(source) / 1.2
    assert [match[0] for match in words] == [
        source[(begin := places.origin(match.start())) : begin + len(match[0])] for match in words
    ]


def test_dead_functions_leave_every_position():
    """What is left out of a program that is compiled for its AST leaves blanks of the same length."""
    texts, _ = CORPORA["contracts-upgradeable"]()

    living = living_excerpt(texts).texts

    assert {path: len(text.encode()) for path, text in texts.items()} == {
        path: len(text.encode()) for path, text in living.items()
    }
    assert sum(len(text.split()) for text in living.values()) < sum(len(text.split()) for text in texts.values())


def test_program_that_has_no_excerpt_is_compiled_whole(monkeypatch):
    """An excerpt that does not compile is no error; sources that do not compile are."""
    texts = {"A.sol": "pragma solidity ^0.8.20; contract A { uint256 a; }"}
    refuses = storage_excerpt({"A.sol": "pragma solidity ^0.8.20; contract A { nothing a; }"})
    monkeypatch.setattr(solc_compile, "storage_excerpt", lambda _: refuses)

    (layout,) = text_layouts(texts, root=ROOT, cached=False).values()

    assert ["a"] == [variable.name for variable in layout.regions[0].variables]


def test_kept_result_is_the_result(tmp_path, monkeypatch):
    """A warm run reads what the cold run made, and neither compiles nor reads an AST."""
    texts = {"Idioms.sol": IDIOMS, "Uses.sol": USES}
    cold = text_layouts(texts, root=tmp_path)
    monkeypatch.setattr("upgrader.edges.solc.output_of", None)

    assert cold == text_layouts(texts, root=tmp_path)


@pytest.mark.parametrize(
    "damage",
    [
        lambda kept: kept | {"made_by": "other code"},
        lambda kept: kept | {"layouts": {"Idioms.sol:Idioms": [1, 2]}},
        lambda kept: kept | {"layouts": {"Idioms.sol:Idioms": ["Idioms", True, [["cellar"]], {}]}},
        lambda kept: {"made_by": kept["made_by"]},
        lambda _: [],
    ],
)
def test_kept_result_that_cannot_be_read_is_made_again(damage, tmp_path):
    """What other code made of the same sources counts as little as what is damaged."""
    texts = {"Idioms.sol": IDIOMS, "Uses.sol": USES}
    cold = text_layouts(texts, root=tmp_path)
    (file,) = (tmp_path / solc_layouts.CACHE).iterdir()
    whole = file.read_bytes()
    own_results.keep(file, damage(own_results.kept(file)))

    assert cold == text_layouts(texts, root=tmp_path)
    assert whole == file.read_bytes()
