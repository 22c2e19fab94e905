"""Vyper's layouts, on what its compilers print: the sources are in ``tests/vectors/vyper/sources``.

``tools/vyper_vectors.py`` compiles them; ``base.vy`` has one variable of each kind, and the others differ from it, or
from what is named, by one edit.
"""

import copy
from functools import cache
from pathlib import Path

import pytest

from upgrader.errors import InputError
from upgrader.findings import Severity, Verdict
from upgrader.flows.check import check_pair
from upgrader.layout.formats import describe, document_of
from upgrader.layout.formats._base import LINES
from upgrader.layout.types import Contract, Flag, Struct

VECTORS = Path(__file__).resolve().parents[1] / "vectors/vyper"
PRINTED = sorted(VECTORS.glob("0.*/*.json"))
STATED = "n_slots"

SAFE, UNSAFE, UNKNOWN = Verdict.SAFE, Verdict.UNSAFE, Verdict.CANNOT_TELL


@cache
def document(name):
    """Return what a compiler printed for a source, ``version/source``."""
    return document_of((VECTORS / f"{name}.json").read_text())


def layout(name):
    """Return the layout of a source."""
    return describe(document(name), "", f"{name}.json")


def layout_alone(name):
    """Return the layout of a source without its AST."""
    return describe(document(name)[LINES][0], "", f"{name}.json")


def judged(old, new):
    """Return the verdict, and the codes that need an answer."""
    result = check_pair(old, new)
    codes = [finding.code for finding in result.findings if finding.severity is not Severity.NOTE]
    return result.verdict, sorted(set(codes))


PAIRS = {
    "appended": (SAFE, []),
    "inserted": (UNSAFE, ["storage-moved"]),
    "exchanged": (UNSAFE, ["storage-moved"]),
    "renamed": (SAFE, ["storage-renamed"]),
    "deleted": (UNSAFE, ["storage-moved"]),
    "deleted_last": (SAFE, ["storage-deleted"]),
    # a struct that a mapping holds has room behind it, one before other variables or in an array has none
    "quote_appended": (SAFE, []),
    "quote_inserted": (UNSAFE, ["storage-moved"]),
    "quote_deeper": (SAFE, []),
    "window_appended": (UNSAFE, ["storage-moved"]),
    "best_appended": (SAFE, []),
    "leg_appended": (UNSAFE, ["storage-moved"]),
    # a flag is a mask: members are bits
    "side_appended": (SAFE, []),
    "side_reordered": (UNSAFE, ["storage-reinterpreted"]),
    "side_inserted": (UNSAFE, ["storage-reinterpreted"]),
    "side_removed": (UNSAFE, ["storage-narrowed"]),
    "side_renamed": (SAFE, ["storage-renamed"]),
    "side_number": (SAFE, []),
    "number_side": (UNSAFE, ["storage-narrowed"]),
    # bounds
    "book_grown": (SAFE, []),
    "book_shrunk": (SAFE, ["storage-deleted"]),
    "legs_grown": (UNSAFE, ["storage-moved"]),
    "name_grown": (SAFE, []),
    "name_grown_a_word": (UNSAFE, ["storage-moved"]),
    "window_grown": (SAFE, []),
    # keys and values
    "key_address_number": (SAFE, []),
    "key_address_bytes": (SAFE, ["storage-recast"]),
    "key_signed": (SAFE, []),
    "key_shorter": (UNSAFE, ["storage-narrowed"]),
    "key_longer": (SAFE, []),
    "value_signed": (UNSAFE, ["storage-reinterpreted"]),
    # values
    "widened": (SAFE, []),
    "narrowed": (UNSAFE, ["storage-narrowed"]),
    "signed": (UNSAFE, ["storage-reinterpreted"]),
    "rate_integer": (UNSAFE, ["storage-reinterpreted"]),
    "interface_address": (SAFE, []),
    "immutable": (SAFE, []),
    "moved_to_transient": (UNSAFE, ["storage-moved"]),
}


@pytest.mark.parametrize("path", PRINTED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_a_compiler_printed_is_read_and_equal_to_itself(path):
    """Whatever a contract is made of: sizes are those that the compiler states, and nothing stays unknown."""
    described = describe(document(f"{path.parent.name}/{path.stem}"), "", path.name)

    assert (SAFE, []) == judged(described, describe(copy.deepcopy(document_of(path.read_text())), "", path.name))


@pytest.mark.parametrize(
    ("version", "name"),
    [("0.4.3", name) for name in PAIRS]
    + [("0.3.10", name) for name in PAIRS if (VECTORS / f"0.3.10/{name}.json").is_file()],
)
def test_an_edit_is_judged_by_its_bytes(version, name):
    """The same edits have the same verdict in both lines of versions; some, 0.3 prints just as 0.4 does."""
    assert PAIRS[name] == judged(layout(f"{version}/base"), layout(f"{version}/{name}"))


@pytest.mark.parametrize(
    ("old", "new", "verdict", "codes"),
    [
        ("0.3.7/base", "0.3.10/base", SAFE, []),
        ("0.3.10/base", "0.4.3/base", SAFE, []),
        ("0.4.1/modules", "0.4.3/modules", SAFE, []),
        ("0.4.3/base", "0.5.0b1/base", SAFE, []),
        ("0.4.3/modules", "0.5.0b1/modules", SAFE, []),
        # a key more is a slot more in 0.3, in front of everything
        ("0.3.10/base", "0.3.10/locked", UNSAFE, ["storage-moved"]),
        ("0.3.10/locked", "0.3.10/two_keys", UNSAFE, ["storage-moved"]),
        ("0.3.10/two_keys", "0.3.10/locked", UNSAFE, ["storage-moved"]),
        ("0.3.10/two_keys", "0.3.10/two_keys_turned", SAFE, []),
        ("0.3.10/locked", "0.3.10/placeholder", SAFE, ["storage-deleted"]),
        # from cancun on a key is transient, before it has the first slot
        ("0.4.3/base", "0.4.3/locked", SAFE, []),
        ("0.3.10/locked", "0.4.3/locked", UNSAFE, ["storage-moved"]),
        ("0.3.10/locked", "0.4.3/locked_shanghai", SAFE, []),
        ("0.4.3/locked_shanghai", "0.4.3/locked", UNSAFE, ["storage-moved"]),
        ("0.4.3/locked", "0.4.3/locked_shanghai", UNSAFE, ["storage-moved"]),
        # and leaves it free where there is no key
        ("0.4.3/base_shanghai", "0.4.3/base", UNSAFE, ["storage-moved"]),
        ("0.4.3/base_shanghai", "0.4.3/base_kept", SAFE, []),
        # --storage-layout-file keeps the slots
        ("0.3.10/locked", "0.4.3/locked_kept", SAFE, ["storage-deleted"]),
        ("0.4.3/locked_shanghai", "0.4.3/locked_kept", SAFE, ["storage-deleted"]),
        ("0.4.3/locked", "0.4.3/locked_kept", UNSAFE, ["storage-moved"]),
        # what was in the code is nowhere on the proxy
        ("0.4.3/immutable", "0.4.3/cap_stored", SAFE, ["storage-was-in-code"]),
        ("0.4.3/cap_constant", "0.4.3/cap_stored", SAFE, ["storage-was-in-code"]),
        ("0.3.10/immutable", "0.4.3/cap_stored", SAFE, ["storage-was-in-code"]),
        ("0.3.10/cap_constant", "0.3.10/cap_stored", SAFE, ["storage-was-in-code"]),
        ("0.4.3/small", "0.4.3/small_stored", SAFE, ["storage-was-in-code"]),
        ("0.4.3/base", "0.4.3/cap_stored", SAFE, []),
        ("0.4.3/cap_constant", "0.4.3/immutable", SAFE, []),
        ("0.4.3/cap_stored", "0.4.3/immutable", SAFE, ["storage-deleted"]),
        # one element lies alike whatever elements take
        ("0.4.3/alone", "0.4.3/alone_appended", SAFE, []),
        # modules lie where they are initialized; what they are called is a name
        ("0.4.3/modules", "0.4.3/modules_turned", UNSAFE, ["storage-moved"]),
        ("0.4.3/modules", "0.4.3/modules_called", SAFE, ["storage-renamed"]),
        ("0.4.3/modules", "0.4.3/modules_fewer", UNSAFE, ["storage-moved", "storage-unjudged"]),
    ],
)
def test_keys_versions_and_modules(old, new, verdict, codes):
    """What decides is where the compiler put things, not what asked for it."""
    assert (verdict, codes) == judged(layout(old), layout(new))


def test_an_immutable_of_a_module_that_is_stored_is_told_by_its_whole_name():
    """One finding for a variable, however many words it has; a variable of that name elsewhere is another."""
    word = {"type": "uint256", "length": 32, "offset": 0}
    pair = {"type": "uint256[2]", "length": 64, "offset": 32}
    stored = {"type": "uint256", "slot": 1, "n_slots": 1}, {"type": "uint256[2]", "slot": 2, "n_slots": 2}
    kept = {"CAP": {"type": "uint256", "slot": 0, "n_slots": 1}}
    old = {"storage_layout": kept, "code_layout": {"vault": {"CAP": word, "BAND": pair}}}
    new = {"storage_layout": kept | {"vault": dict(zip(("CAP", "BAND"), stored, strict=True))}}

    findings = check_pair(describe(old, "", "old.json"), describe(new, "", "new.json")).findings

    told = [finding.subject for finding in findings if finding.code == "storage-was-in-code"]
    assert ["vault.BAND", "vault.CAP"] == [subject.partition(".")[2] for subject in told]


def test_of_an_old_compiler_the_ast_alone_says_what_was_in_the_code():
    """Before 0.3.4 the layout has storage and nothing else, and the type says what a declaration is."""
    findings = check_pair(layout("0.3.3/small"), layout("0.3.3/small_stored")).findings

    told = [finding.subject for finding in findings if finding.code == "storage-was-in-code"]
    assert ["small_stored.CAP", "small_stored.LIMIT"] == told


def test_an_immutable_that_is_stored_in_front_of_others_is_told_beside_what_it_moves():
    """Whoever puts it behind them is to know that nothing is in it."""
    word = {"type": "uint256", "length": 32, "offset": 0}
    first, second = ({"type": "uint256", "slot": slot, "n_slots": 1} for slot in (0, 1))
    old = {"storage_layout": {"fee": first}, "code_layout": {"CAP": word}}
    alone = {"storage_layout": {}, "code_layout": {"CAP": word}}

    before = judged(describe(old, "", "old.json"), describe({"storage_layout": {"CAP": first, "fee": second}}, "", "n"))
    only = judged(describe(alone, "", "old.json"), describe({"storage_layout": {"CAP": first}}, "", "n"))

    assert (UNSAFE, ["storage-moved", "storage-was-in-code"]) == before
    assert (SAFE, ["storage-was-in-code"]) == only


def test_a_struct_is_the_one_that_its_module_means():
    """Two modules have a struct ``Position``, and the layout calls both by that name."""
    (mine, theirs) = (
        next(each for each in layout("0.4.3/modules").regions[0].variables if each.name == name)
        for name in ("mine", "theirs")
    )
    types = layout("0.4.3/modules").types

    assert [["trader"], ["size", "legs"]] == [[m.name for m in types[v.type].members] for v in (mine, theirs)]
    assert (UNSAFE, ["storage-moved", "storage-reused", "storage-unjudged"]) == judged(
        layout("0.4.3/modules"), layout("0.4.3/modules_taken")
    )


@pytest.mark.parametrize("version", ["0.3.7", "0.3.10", "0.4.1", "0.4.3"])
def test_names_stand_for_what_the_program_defines(version):
    """Struct, flag and interface, however a version spells them; an imported interface without its folder."""
    kinds = layout(f"{version}/base").types.values()

    found = {(type(kind), kind.label) for kind in kinds if isinstance(kind, Struct | Flag | Contract)}

    assert {(Struct, "struct Leg"), (Flag, "flag Side"), (Contract, "interface IOracle")} <= found
    assert not [kind.label for kind in kinds if "/" in kind.label]
    assert all(kind.members == ("LONG", "SHORT") for kind in kinds if isinstance(kind, Flag))


def test_a_key_names_its_slot_and_its_way_out():
    """What moved everything is told, and that compiling for another EVM did."""
    moved = check_pair(layout("0.4.3/locked_shanghai"), layout("0.4.3/locked")).findings[0]

    assert "because nonreentrant[0] is gone" in moved.message
    assert "--storage-layout-file" in moved.remedy
    assert "cancun" in moved.remedy


def test_a_slot_that_no_key_takes_is_told_by_the_evm():
    """Nothing is gone and nothing is new: all that changed is what was compiled for."""
    moved = check_pair(layout("0.4.3/base_shanghai"), layout("0.4.3/base")).findings[0]

    assert "owner moves from slot 1 to slot 0" in moved.message
    assert "compile for the EVM as before" in moved.remedy


def test_an_order_that_changed_is_no_matter_of_the_evm():
    """Its remedy speaks of the order, and of nothing that would not help."""
    moved = check_pair(layout("0.4.3/modules"), layout("0.4.3/modules_turned")).findings[0]

    assert "restore the order of variables and `initializes`" == moved.remedy


def test_a_contract_without_variables_is_read_beside_its_ast():
    """Its layout is empty, and so is nothing else of a known form."""
    described = describe(document("0.4.3/stateless"), "", "stateless.json")

    assert () == described.regions[0].variables
    with pytest.raises(InputError):
        describe(document("0.4.3/stateless")[LINES][0], "", "layout.json")


def test_a_key_that_was_used_is_no_fresh_word():
    """A key leaves 2 in its slot: a variable there would begin with that."""
    layouts = [
        describe({"storage_layout": {name: {"type": kind, "slot": 0}, "x": {"type": "bool", "slot": 1}}}, "M", "l.json")
        for name, kind in (("nonreentrant.key", "nonreentrant lock"), ("paused", "bool"))
    ]

    assert (UNSAFE, ["storage-reused"]) == judged(*layouts)


@pytest.mark.parametrize(
    ("name", "unknown"),
    [
        ("0.3.7/base", {"unknown Leg", "unknown Side", "unknown IOracle", "unknown ERC20"}),
        ("0.3.10/base", {"struct Leg"}),
        ("0.4.3/base", {"unknown Leg", "unknown Side", "unknown IOracle"}),
    ],
)
def test_a_layout_alone_says_what_it_does_not_know(name, unknown):
    """A bare name is a struct, a flag or an interface, except where 0.3.8 marks the first two; then nothing is safe."""
    result = check_pair(layout_alone(name), layout_alone(name))

    told = [finding for finding in result.findings if finding.code == "storage-unjudged"]

    assert result.verdict is UNKNOWN
    assert all(any(each in finding.message for finding in told) for each in unknown)
    assert not any("ERC20" in finding.message for finding in told if name != "0.3.7/base")
    assert all("vyper -f layout,annotated_ast" in finding.remedy for finding in told)


@pytest.mark.parametrize("name", ["0.3.7/base", "0.3.10/base", "0.4.3/base", "0.4.3/modules"])
def test_a_layout_alone_beside_one_with_its_ast_is_not_accused(name):
    """What one side does not say is unknown, and neither gone nor reused."""
    alone, whole = layout_alone(name), layout(name)

    assert (UNKNOWN, ["storage-unjudged"]) == judged(alone, whole)
    assert (UNKNOWN, ["storage-unjudged"]) == judged(whole, alone)


def test_a_layout_alone_still_shows_what_moved():
    """What is not known is *cannot tell*; what is known to have moved is unsafe."""
    moved = check_pair(layout_alone("0.4.3/base"), layout_alone("0.4.3/inserted"))

    assert moved.verdict is UNSAFE


def test_only_storage_is_judged_and_that_is_said():
    """Silence about initializers and upgrade functions would read like approval."""
    note = next(f for f in check_pair(layout("0.4.3/base"), layout("0.4.3/base")).findings if f.code == "code-unjudged")

    assert Severity.NOTE is note.severity
    assert "Vyper" in note.remedy


def standard(version="0.4.3", *, asts="annotated_ast"):
    """Return the modules' contract as standard JSON output has it."""
    listed, ast = document(f"{version}/modules")[LINES]
    sources = {node["path"]: {"id": node["source_id"], asts: node} for node in [ast["ast"], *ast["imports"]]}
    return copy.deepcopy(
        {
            "compiler": f"vyper-{version}",
            "contracts": {"modules.vy": {"modules": {"layout": listed}}, "lib/access.vy": {"access": {"layout": {}}}},
            "sources": sources,
        }
    )


def test_standard_json_output_is_read_with_all_its_sources():
    """The same contract, by its name in a run of the compiler."""
    described = describe(standard(), "modules", "out.json")

    assert (SAFE, []) == judged(described, layout("0.4.3/modules"))
    assert "modules" == described.contract


def test_standard_json_output_with_plain_asts_finds_modules_by_their_path():
    """``ast`` does not say which file an import is; its name and the sources' paths do."""
    output = standard(asts="ast")
    for unit in output["sources"].values():
        for statement in unit["ast"]["body"]:
            statement.pop("import_info", None)

    assert (SAFE, []) == judged(describe(output, "modules", "out.json"), layout("0.4.3/modules"))


def test_standard_json_output_without_a_layout_says_what_to_ask_for():
    """A run that was asked for the code alone has no layout."""
    output = standard()
    del output["contracts"]["modules.vy"]["modules"]["layout"]

    with pytest.raises(InputError) as caught:
        describe(output, "modules", "out.json")

    assert "outputSelection" in caught.value.remedy


def test_a_module_that_is_not_there_leaves_its_types_unknown():
    """``ast`` alone has no imports: the contract's own struct is judged, the module's is not."""
    lines = copy.deepcopy(document("0.4.3/modules"))
    del lines[LINES][1]["imports"]
    found = describe(lines, "", "modules.json")

    told = [f.message for f in check_pair(found, found).findings if f.code == "storage-unjudged"]

    assert any(message.startswith("theirs") or "theirs" in message.split("(")[0] for message in told)
    assert not any("mine" in message or "feed" in message for message in told)


@pytest.mark.parametrize(
    ("listed", "ast"),
    [("base", "leg_appended"), ("base", "side_number"), ("base", "renamed"), ("modules", "base")],
)
def test_a_layout_with_the_ast_of_another_contract_is_refused(listed, ast):
    """What an AST says is believed only where it says the same as the layout."""
    lines = {LINES: [document(f"0.4.3/{listed}")[LINES][0], document(f"0.4.3/{ast}")[LINES][1]]}

    with pytest.raises(InputError):
        describe(lines, "", "mixed.json")


def test_several_contracts_in_one_file_are_told_apart():
    """``vyper -f layout,annotated_ast A.vy B.vy`` prints two lines a contract."""
    lines = {LINES: [*document("0.4.3/base")[LINES], *document("0.4.3/inserted")[LINES]]}

    first, second = (describe(lines, f"{name}.vy", "all.json") for name in ("base", "inserted"))

    assert (UNSAFE, ["storage-moved"]) == judged(first, second)


def test_the_ast_may_be_printed_first():
    """``vyper -f annotated_ast,layout`` prints what was asked for first."""
    lines = {LINES: document("0.4.3/base")[LINES][::-1]}

    assert (SAFE, []) == judged(describe(lines, "", "base.json"), layout("0.4.3/base"))


def test_lines_that_are_not_json_are_refused():
    """One document a line, or one document."""
    with pytest.raises(ValueError, match="Extra data"):
        document_of('{"a": 1}\nnot json\n')
    assert {LINES: [{"a": 1}, {"b": 2}]} == document_of('{"a": 1}\n\n{"b": 2}\n')


@pytest.mark.parametrize("module", ["the contract's", "imported"])
@pytest.mark.parametrize("broken", [3, [3], {}, [{"ast_type": "StructDef"}], [{"ast_type": "VariableDecl"}]])
def test_a_broken_ast_makes_nothing_safe(broken, module):
    """A forged file ends in a sentence, or leaves unknown what it does not say."""
    lines = copy.deepcopy(document("0.4.3/modules"))
    ast = lines[LINES][1]
    (ast["ast"] if module == "the contract's" else ast["imports"][-1])["body"] = broken

    try:
        described = describe(lines, "", "modules.json")
    except InputError:
        return
    assert check_pair(described, described).verdict is not SAFE
