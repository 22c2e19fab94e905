"""Every file format that describes storage is recognised by its content, and refused with a sentence when it is not."""

import json
from functools import cache

import pytest
from layout_corpora import PAIRS, ROOT

from upgrader.build import Artifact
from upgrader.checks.storage import examine
from upgrader.edges.solc import Outputs, Solc
from upgrader.errors import InputError
from upgrader.findings import Verdict, verdict_of
from upgrader.layout.formats import FORMATS, describe
from upgrader.layout.model import RegionKind, StorageLayout
from upgrader.layout.read import layout_of
from upgrader.layout.types import Struct

FILE = "places.sol"
OLD, NEW = "struct_in_mapping_insert_V1", "struct_in_mapping_insert_V2"
IMPLEMENTATION = "0x572Bf61be66ED5e07d3C3030edA004E827f29D59"


@cache
def compiled():
    """Compile one file of pairs; the artifacts by name."""
    texts = {FILE: (PAIRS / FILE).read_text()}
    return {artifact.name: artifact for artifact in Solc(Outputs.SOURCE).compile_texts(texts, root=ROOT).values()}


def raw(name):
    """Return the storageLayout of a contract as solc gave it."""
    return json.loads(json.dumps(compiled()[name].storage_layout))


def output():
    """Return the run as standard JSON output."""
    contracts = {n: {"abi": [], "storageLayout": raw(n), "evm": {"bytecode": {"object": "6000"}}} for n in (OLD, NEW)}
    some = compiled()[OLD]
    return {"contracts": {FILE: contracts}, "sources": {FILE: {"id": 0, "ast": some.asts[FILE]}}}


def given():
    """Return the run's standard JSON input."""
    sources = {FILE: {"content": (PAIRS / FILE).read_text()}}
    return {"language": "Solidity", "sources": sources, "settings": {"evmVersion": "cancun"}}


DOCUMENTS = {
    "standard JSON": output,
    "Hardhat 2 build-info": lambda: {
        "_format": "hh-sol-build-info-1", "id": "x", "solcVersion": "0.8.37", "input": given(), "output": output(),
    },
    "Hardhat 3 build-info, joined": lambda: {
        "_format": "hh3-sol-build-info-1", "id": "x", "solcVersion": "0.8.37", "input": given(), "output": output(),
    },
    "Foundry build-info": lambda: {"id": "x", "source_id_to_path": {"0": FILE}, "input": given(), "output": output()},
}  # fmt: skip


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_compiler_output_holds_every_contract_of_its_run(kind):
    """A contract is found by path and name or by name alone, and judged with its AST."""
    document = DOCUMENTS[kind]()

    old, new = describe(document, f"{FILE}:{OLD}", "x.json"), describe(document, NEW, "x.json")
    layout = layout_of(old)

    assert isinstance(old, Artifact)
    assert layout.complete
    assert b"\x60\x00" == old.creation.code
    assert Verdict.UNSAFE is verdict_of(examine(layout, layout_of(new)))


def test_build_info_gives_lines_where_it_has_the_texts():
    """A finding names file and line when the build-info carries its input."""
    document = DOCUMENTS["Hardhat 2 build-info"]()

    (finding,) = examine(*(layout_of(describe(document, name, "x.json")) for name in (OLD, NEW)))

    assert finding.evidence["at"].startswith(f"{FILE}:")
    assert finding.evidence["at"].rpartition(":")[2].isdigit()


@pytest.mark.parametrize("wrapped", [False, True])
def test_raw_layout(wrapped):
    """A bare storageLayout is judged by its root, and says that it knows no other regions."""
    documents = [{"storageLayout": raw(name)} if wrapped else raw(name) for name in (OLD, NEW)]

    old, new = (describe(document, "", "layout.json") for document in documents)
    codes = {finding.code for finding in examine(old, new)}

    assert not old.complete
    assert {"storage-moved", "storage-regions-unseen"} == codes


def test_foundry_artifact():
    """A Foundry artifact with extra_output storageLayout names its contract by its compilation target."""
    document = {
        "abi": [],
        "bytecode": {"object": "0x6000", "linkReferences": {}},
        "deployedBytecode": {"object": "0x00", "immutableReferences": {"7": [{"start": 0, "length": 1}]}},
        "metadata": {"compiler": {"version": "0.8.37+commit.f401782d"}, "settings": {"compilationTarget": {FILE: OLD}}},
        "storageLayout": raw(OLD),
    }

    artifact = describe(document, "", "out/X.json")

    assert (FILE, OLD, "0.8.37") == (artifact.source, artifact.name, artifact.compiler.version)
    assert {"7": ((0, 1),)} == artifact.runtime.immutables
    assert layout_of(artifact).regions[0].variables


def test_artifact_without_layout_is_refused_with_its_remedy():
    """A Hardhat artifact alone has no layout, and the error says what to add."""
    document = {"_format": "hh-sol-artifact-1", "contractName": "X", "sourceName": "X.sol", "abi": [], "bytecode": "0x"}

    with pytest.raises(InputError, match="without storage layout and without AST") as caught:
        layout_of(describe(document, "", "X.json"))

    assert "storageLayout" in caught.value.remedy


def test_manifest_of_the_first_age_is_placed_by_the_packing_rules():
    """Manifests without slots give the places that solc would have chosen, also behind a struct of unknown size."""
    layout = {
        "storage": [
            {"contract": "A", "label": "on", "type": "t_bool", "src": "A.sol:1"},
            {"contract": "A", "label": "who", "type": "t_address", "src": "A.sol:2"},
            {"contract": "A", "label": "feed", "type": "t_struct(Feed)7_storage", "src": "A.sol:3"},
            {"contract": "A", "label": "z", "type": "t_uint256", "src": "A.sol:4"},
        ],
        "types": {"t_struct(Feed)7_storage": {"label": "struct A.Feed"}},
    }
    document = {"manifestVersion": "3.1", "impls": {"h": {"address": IMPLEMENTATION, "layout": layout}}}

    described = describe(document, IMPLEMENTATION.lower(), "x.json")
    root, behind = described.regions

    assert [("on", 0, 0), ("who", 0, 1), ("feed", 1, 0)] == [(v.name, v.slot, v.offset) for v in root.variables]
    assert (None, "root behind feed", [("z", 0)]) == (
        behind.base,
        behind.name,
        [(v.name, v.slot) for v in behind.variables],
    )
    assert Verdict.CANNOT_TELL is verdict_of(examine(described, described))


def test_manifest_of_the_second_age_has_namespaces():
    """Newer manifests list namespaces, and their structs are judged like any region."""
    member = {"contract": "A", "label": "a", "type": "t_uint256", "src": "A.sol:9", "offset": 0, "slot": "0"}
    other = {**member, "label": "b", "type": "t_address"}
    types = {
        "t_uint256": {"label": "uint256", "numberOfBytes": "32"},
        "t_address": {"label": "address", "numberOfBytes": "20"},
    }

    def layout(*members):
        storage = [{**each, "slot": str(slot)} for slot, each in enumerate(members)]
        return {"solcVersion": "0.8.20", "storage": [], "types": types, "namespaces": {"erc7201:perp.main": storage}}

    impls = {
        "h1": {"address": IMPLEMENTATION, "layout": layout(member)},
        "h2": {"address": "0x" + "22" * 20, "layout": layout(other, member)},
    }
    document = {"manifestVersion": "3.2", "impls": impls}

    old, new = (describe(document, address, "x.json") for address in (IMPLEMENTATION, "0x" + "22" * 20))

    assert ["storage-moved"] == [finding.code for finding in examine(old, new)]


def test_manifest_needs_an_address():
    """Without an address the error lists those that are there."""
    document = {"impls": {"a": {"address": IMPLEMENTATION}, "b": {"address": "0x" + "22" * 20}}}

    with pytest.raises(InputError, match="holds 2 contracts") as caught:
        describe(document, "", "x.json")

    assert IMPLEMENTATION in caught.value.remedy


VYPER = {
    # vyper 0.3.10, tests/cli/outputs/test_storage_layout.py (Apache-2.0): what the compiler's own test expects
    "nonreentrant.foo": {"type": "nonreentrant lock", "slot": 0},
    "nonreentrant.bar": {"type": "nonreentrant lock", "slot": 1},
    "foo": {"type": "HashMap[address, uint256]", "slot": 2},
    "arr": {"type": "DynArray[uint256, 3]", "slot": 3},
    "baz": {"type": "Bytes[65]", "slot": 7},
    "bar": {"type": "uint256", "slot": 11},
}


def vyper(**changes):
    """Return the layout with some variables exchanged or (None) left out."""
    return {"storage_layout": {name: entry for name, entry in {**VYPER, **changes}.items() if entry}}


def test_vyper_layout_takes_the_slots_that_the_compiler_gave():
    """A DynArray takes a word more than its elements, Bytes a word more than its bytes; nothing is left over."""
    layout = describe(vyper(), "Market", "layout.json")

    ends = {variable.name: variable.end // 32 for variable in layout.regions[0].variables}

    assert {"nonreentrant[0]": 1, "nonreentrant[1]": 2, "foo": 3, "arr": 7, "baz": 11, "bar": 12} == ends


def test_vyper_lock_that_became_transient_has_not_moved():
    """Vyper keeps its lock in transient storage since 0.4.1: what stood in the old word is left, and means nothing."""
    keys = {"type": "nonreentrant lock", "slot": 0, "n_slots": 1}
    value = {"type": "uint256", "slot": 0, "n_slots": 1}
    before, after, swapped = (
        describe(document, "M", "layout.json")
        for document in (
            {"storage_layout": {"a": value, "$.nonreentrant_key": {**keys, "slot": 1}}},
            {"storage_layout": {"a": value}, "transient_storage_layout": {"$.nonreentrant_key": keys}},
            {"storage_layout": {"b": value}, "transient_storage_layout": {"a": value}},
        )
    )

    assert ["storage-deleted"] == [finding.code for finding in examine(before, after)]
    assert "storage-moved" in {finding.code for finding in examine(before, swapped)}


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"more": {"type": "uint256", "slot": 12}}, []),
        ({"bar": {"type": "int256", "slot": 11}}, ["storage-reinterpreted"]),
        ({"bar": {"type": "uint128", "slot": 11}}, ["storage-narrowed"]),
        ({"bar": {"type": "decimal", "slot": 11}}, ["storage-reinterpreted"]),
        ({"bar": {"type": "bytes32", "slot": 11}}, ["storage-recast"]),
        ({"foo": {"type": "HashMap[decimal, uint256]", "slot": 2}}, ["storage-reinterpreted"]),
        ({"foo": {"type": "HashMap[uint256, uint256]", "slot": 2}}, []),
        ({"foo": {"type": "HashMap[address, int128]", "slot": 2}}, ["storage-reinterpreted"]),
        ({"foo": {"type": "HashMap[String[8], uint256]", "slot": 2}}, ["storage-reinterpreted"]),
        ({"baz": {"type": "String[65]", "slot": 7}}, []),
        ({"baz": {"type": "Bytes[129]", "slot": 7}, "bar": {"type": "uint256", "slot": 13}}, ["storage-moved"]),
        ({"arr": {"type": "DynArray[int256, 3]", "slot": 3}}, ["storage-reinterpreted"]),
        ({"nonreentrant.foo": None, "lock": {"type": "uint256", "slot": 0}}, ["storage-reused"]),
    ],
)
def test_vyper_layouts_are_compared(changes, codes):
    """Vyper's types are judged by their own rules: whole words, bounded arrays inline."""
    old, new = (describe(document, "M", "layout.json") for document in (vyper(), vyper(**changes)))

    assert codes == [finding.code for finding in examine(old, new)]


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("String[32]", "String[32]", []),
        ("Bytes[32]", "String[64]", []),
        ("String[64]", "String[32]", ["storage-narrowed"]),
        ("String[32]", "bytes32", ["storage-reinterpreted"]),
        ("bytes32", "Bytes[32]", ["storage-reinterpreted"]),
    ],
)
def test_vyper_hashes_as_many_bytes_of_a_key_as_there_are(old, new, codes):
    """The bound of a key says which keys can be given, and nothing about where their values lie."""
    sides = [
        describe({"storage_layout": {"names": {"type": f"HashMap[{key}, uint256]", "slot": 0}}}, "M", "layout.json")
        for key in (old, new)
    ]

    assert codes == [finding.code for finding in examine(*sides)]


def test_vyper_modules_and_old_sections():
    """Modules nest, versions before 0.4 have no sections, and immutables are not storage."""
    nested = {
        "storage_layout": {
            "a": {"type": "uint256", "slot": 0, "n_slots": 1},
            "lib": {"b": {"type": "address", "slot": 1}},
        }
    }
    old = {
        "a": {"type": "uint256", "location": "storage", "slot": 0},
        "I": {"type": "uint256", "location": "code", "offset": 0},
    }

    assert ["a", "lib.b"] == [v.name for v in describe(nested, "M", "x").regions[0].variables]
    assert ["a"] == [v.name for v in describe(old, "M", "x").regions[0].variables]


def dump(*members):
    """Return a Synthetix dump of one library with one struct, as hardhat-storage 1.2 writes it."""
    return {
        "contracts/storage/Market.sol:Market": {"name": "Market", "kind": "library", "structs": {"Data": list(members)}}
    }


ID = {"type": "uint128", "name": "id", "size": 16, "slot": "0", "offset": 0}
OWNER = {"type": "address", "name": "owner", "size": 20, "slot": "1", "offset": 0}
SIDE = {"type": "enum", "name": "side", "members": ["LONG", "SHORT"], "size": 1, "slot": "1", "offset": 20}
STEPS = {
    "type": "array", "name": "steps", "size": 32, "slot": "2", "offset": 0,
    "value": {
        "type": "struct", "name": "Step.Data",
        "members": [{"type": "bytes32", "name": "feed"}, {"type": "bool", "name": "on"}],
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("members", "codes"),
    [
        ((ID, OWNER, SIDE, STEPS), []),
        ((ID, OWNER, SIDE, STEPS, {"type": "int256", "name": "skew", "size": 32, "slot": "3", "offset": 0}), []),
        ((OWNER | {"slot": "0"}, ID | {"slot": "1"}, SIDE | {"offset": 16}, STEPS), ["storage-moved"]),
        ((ID, OWNER, SIDE | {"members": ["NONE", "LONG", "SHORT"]}, STEPS), ["storage-reinterpreted"]),
        ((ID, OWNER, SIDE), ["storage-deleted"]),
    ],
)
def test_synthetix_dumps_are_compared_struct_by_struct(members, codes):
    """Structs of libraries are regions of their own, whatever slot their library keeps them at."""
    old, new = (
        describe(document, "", "storage.dump.json") for document in (dump(ID, OWNER, SIDE, STEPS), dump(*members))
    )

    assert codes == [finding.code for finding in examine(old, new)]


def test_synthetix_dump_without_slots_is_placed():
    """Members inside arrays come without slots; the packing rules give them."""
    layout = describe(dump(ID, OWNER, SIDE, STEPS), "", "storage.dump.json")

    step = next(kind for kind in layout.types.values() if isinstance(kind, Struct))

    assert [("feed", 0, 0), ("on", 1, 0)] == [(m.name, m.slot, m.offset) for m in step.members]


@pytest.mark.parametrize("document", [{}, {"a": 1}, {"abi": 3}, {"contracts": []}, {"impls": 3}, [], None, "text", 7])
def test_unknown_documents_are_refused(document):
    """Whatever is no layout ends in an error with a remedy."""
    with pytest.raises(InputError) as caught:
        describe(document, "", "x.json")

    assert caught.value.remedy


@pytest.mark.parametrize(
    "broken",
    [
        {"storage": [{"label": "a", "type": "t_uint256", "slot": "-1", "offset": 0}], "types": {}},
        {"storage": [{"label": "a", "type": "t_uint256", "slot": "9" * 200, "offset": 0}], "types": {}},
        {"storage": [{"label": "a", "type": "t_uint256", "slot": "0", "offset": 40}], "types": {}},
        {"storage": [{"label": label, "type": "t_uint256", "slot": "0"} for label in "ab"], "types": {}},
        {"storage": [{"label": "a", "type": "t_array(t_uint256)0_storage", "slot": "0"}], "types": {}},
        {"storage": [{"label": "a", "type": "t_array(t_uint256)" + "9" * 90, "slot": "0"}], "types": {}},
        {"storage": [{"label": "a", "type": "t_mapping(" * 3000, "slot": "0"}], "types": {}},
        {"storage": [{"label": "a", "type": "t_struct(S)1_storage", "slot": "0"}], "types": {"t_struct(S)1_storage": {
            "label": "S", "members": [{"label": "s", "type": "t_struct(S)1_storage", "slot": "0", "offset": 0}]}}},
        {"storage": 3, "types": {}},
        {"storage": [3], "types": []},
    ],
)  # fmt: skip
def test_hostile_layouts_are_refused(broken):
    """Impossible places, endless types and wrong shapes end in an error, never in a traceback."""
    with pytest.raises(InputError):
        describe(broken, "", "x.json")


def test_hostile_names_are_kept_for_whoever_prints_them():
    """Names with control characters, markup and a megabyte of text are read; messages hold a bearable part."""
    name = "\x1b[31m<script>\u202e" + "x" * 1_000_000
    entry = {"label": name, "type": "t_uint256", "slot": "0", "offset": 0}
    old = {"storage": [entry], "types": {}}
    new = {"storage": [entry | {"type": "t_int256"}], "types": {}}

    findings = examine(describe(old, "", "x"), describe(new, "", "x"))

    assert "storage-reinterpreted" == findings[0].code
    assert len(findings[0].message) < 1000


def test_formats_are_found_by_themselves():
    """The family has a member for each kind of file that the command line promises."""
    assert 7 == len(FORMATS.members())


def test_regions_beyond_the_root_are_known_or_said_to_be_unknown():
    """A source against a raw layout cannot tell where the source has a namespace."""
    text = "contract A { uint256 x; /// @custom:storage-location erc7201:t.z\n struct M { uint256 a; } }"
    (artifact,) = Solc(Outputs.SOURCE).compile_texts({"A.sol": f"pragma solidity ^0.8.29; {text}"}, root=ROOT).values()
    known, unknown = layout_of(artifact), describe(dict(artifact.storage_layout), "A", "x.json")

    assert isinstance(unknown, StorageLayout)
    assert RegionKind.NAMESPACE in {region.kind for region in known.regions}
    assert Verdict.CANNOT_TELL is verdict_of(examine(known, unknown))
    assert Verdict.CANNOT_TELL is verdict_of(examine(unknown, known))


def test_half_a_surrogate_pair_in_a_namespace_is_no_defect_of_ours():
    r"""JSON can say ``\ud800`` and no source can: such a namespace is read, and is one that no code reaches."""
    layout = {"storage": [], "types": {"t": {"label": "uint256", "numberOfBytes": "32"}}, "namespaces": {
        "erc7201:\ud800": [{"contract": "A", "label": "a", "type": "t", "src": "A.sol", "offset": 0, "slot": "0"}]
    }}  # fmt: skip
    address = "0x" + "12" * 20
    manifest = {"manifestVersion": "3.2", "impls": {"aa": {"address": address, "layout": layout}}}

    assert ["erc7201:\ud800"] == [
        region.name for region in describe(manifest, address, "m.json").regions if region.base
    ]
