"""What storage findings say: the exact bytes, the cause, the fix; and what a person's word changes."""

import importlib
import inspect
import pkgutil

import pytest

import upgrader.checks.storage as family
from upgrader.checks.storage import FAMILY, examine
from upgrader.findings import Severity, Verdict, verdict_of
from upgrader.layout.model import Region, RegionKind, StorageLayout, erc7201
from upgrader.layout.read import raw_layout
from upgrader.layout.types import ELEMENTARY, Variable


def layout(*fields):
    """Return the layout of ``"name type"`` fields, packed as solc packs them."""
    storage = [dict(zip(("label", "type", "contract"), [*field.split(), "C"][:3], strict=True)) for field in fields]
    return raw_layout({"storage": storage, "types": {}}, "Market", "test")


def judged(old, new, **options):
    """Return the findings that are about bytes."""
    return [f for f in examine(layout(*old), layout(*new), **options) if f.code != "storage-regions-unseen"]


def test_an_insert_is_one_finding_that_names_everything_it_moves():
    """One inserted variable moves three others: one finding, with each one's old and new place."""
    old = ["a t_uint256", "b t_mapping(t_address,t_uint256)", "c t_address"]

    (finding,) = judged(old, ["n t_uint256", *old])

    assert ("storage-moved", Severity.BLOCKER, "C.a") == (finding.code, finding.severity, finding.subject)
    assert "because n (slot 0) stands before it; so do b, c" in finding.message
    assert "a: slot 0 -> slot 1; b: slot 1 -> slot 2; c: slot 2 -> slot 3" == finding.evidence["moved"]
    assert "declare n behind every existing variable, or in a namespace" == finding.remedy


def test_a_gap_that_did_not_shrink_is_told_its_length():
    """The fix is the length that the gap should have."""
    old = ["a t_uint256", "__gap t_array(t_uint256)5_storage", "z t_uint256"]

    (finding,) = judged(old, ["a t_uint256", "b t_uint256", *old[1:]])

    assert "set C.__gap to 4 words" == finding.remedy


def test_a_deletion_in_the_middle_is_told_as_the_cause():
    """What moved, moved because of what is gone; the deletion is no finding of its own."""
    (finding,) = judged(["a t_uint256", "b t_uint256", "c t_uint256"], ["a t_uint256", "c t_uint256"])

    assert "c moves from slot 2 to slot 1 because b is gone" == finding.message
    assert "keep b declared, under another name if it is no longer used" == finding.remedy


def test_what_was_brought_forward_is_told_by_what_became_smaller():
    """What was appended behind it, over its old bytes, brought nothing forward."""
    old = ["owner t_address", "fee t_uint64", "cap t_uint64"]

    moved, narrowed = judged(old, ["owner t_address", "fee t_uint32", "cap t_uint64", "paused t_bool"])

    assert "storage-narrowed" == narrowed.code
    assert "cap moves from slot 1 to slot 0, byte 24 because fee is smaller now" == moved.message
    assert "leave fee as large as it was" == moved.remedy


def test_what_moves_and_is_another_type_besides_is_told_both():
    """Whoever mends the move would meet the other only then."""
    old = ["a t_uint256", "fee t_uint64", "far t_uint256"]

    found = judged(old, ["n t_uint256", "a t_uint256", "fee t_int64", "far t_uint128"])

    assert [("storage-moved", "C.a"), ("storage-narrowed", "C.far"), ("storage-reinterpreted", "C.fee")] == [
        (finding.code, finding.subject) for finding in found
    ]


def test_evidence_has_the_exact_bytes_of_both_sides():
    """Slot, offset, size and type of the old and the new range are in the evidence."""
    (finding,) = judged(["p t_uint128", "a t_uint64"], ["p t_uint128", "a t_int256"])

    expected = {
        "old_name": "a", "old_type": "uint64", "old_slot": "0", "old_offset": "16", "old_bytes": "8",
        "new_name": "a", "new_type": "int256", "new_slot": "1", "new_offset": "0", "new_bytes": "32",
    }  # fmt: skip
    assert expected.items() <= finding.evidence.items()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (["x t_uint256"], ["y t_uint256"], "storage-renamed"),
        (["x t_bytes32"], ["x t_uint256"], "storage-recast"),
        (["x t_uint256", "y t_uint256"], ["x t_uint256"], "storage-deleted"),
    ],
)
def test_an_acknowledged_warning_becomes_a_note(old, new, code):
    """A person's word turns a warning into a note that stays visible; another subject's does not."""
    (warned,) = judged(old, new)
    (known,) = judged(old, new, acknowledged=[(warned.code, warned.subject)])
    (other,) = judged(old, new, acknowledged=[(warned.code, "C.another")])

    assert (code, Severity.WARNING, Severity.NOTE, Severity.WARNING) == (
        warned.code,
        warned.severity,
        known.severity,
        other.severity,
    )


def test_no_word_of_a_person_unblocks():
    """What corrupts stays a blocker, whatever is acknowledged."""
    old, new = ["a t_uint256", "b t_uint256"], ["b t_uint256", "a t_uint256"]

    (finding,) = judged(old, new)
    (known,) = judged(old, new, acknowledged=[(finding.code, finding.subject)])

    assert (Severity.BLOCKER, Severity.BLOCKER) == (finding.severity, known.severity)


def test_swapped_variables_are_one_finding():
    """Both names are told, with where the first was and is."""
    (finding,) = judged(["longs t_uint256", "shorts t_uint256"], ["shorts t_uint256", "longs t_uint256"])

    assert "storage-swapped" == finding.code
    assert "longs, shorts took one another's places: longs was at slot 0 and is at slot 1" == finding.message


def test_a_variable_over_a_deleted_one_is_told_what_it_starts_with():
    """The new variable, the bytes, and whose they were."""
    (finding,) = judged(["a t_uint256", "b t_address"], ["a t_uint256", "m t_mapping(t_address,t_uint256)"])

    assert "storage-reused" == finding.code
    assert "m (t_mapping(t_address,t_uint256), slot 1) takes bytes that held b (address)" in finding.message


def test_every_earlier_layout_counts():
    """Bytes that were live three versions ago are not fresh, also when every later version left them free."""
    history = [layout("a t_uint256", "b t_uint256"), layout("a t_uint256"), layout("a t_uint256")]

    (finding,) = judged(["a t_uint256"], ["a t_uint256", "c t_bool"], history=history)

    assert ("storage-reused", "in an earlier layout" in finding.message) == (finding.code, True)


def test_what_cannot_be_judged_is_not_called_unsafe():
    """A type that the layout does not explain ends in cannot tell."""
    kind = "t_userDefinedValueType(Price)7"
    storage = [{"label": "p", "type": kind, "slot": "0", "offset": 0}]
    types = {kind: {"label": "Price", "numberOfBytes": "32"}}
    side = raw_layout({"storage": storage, "types": types}, "Market", "test")

    findings = examine(side, side)

    assert Verdict.CANNOT_TELL is verdict_of(findings)
    assert ["storage-unjudged"] == [finding.code for finding in findings if finding.blocks]


def test_an_enum_without_members_only_warns_when_nothing_else_changed():
    """The same enum warns; one of another name cannot be judged."""

    def side(name):
        kind = f"t_enum({name})7"
        types = {kind: {"label": f"enum M.{name}", "numberOfBytes": "1"}}
        storage = [{"label": "e", "type": kind, "slot": "0", "offset": 0}]
        return raw_layout({"storage": storage, "types": types}, "M", "test")

    same = {finding.code: finding.severity for finding in examine(side("Side"), side("Side"))}
    other = {finding.code: finding.severity for finding in examine(side("Side"), side("Phase"))}

    assert Severity.WARNING is same["storage-enum-unlisted"]
    assert Severity.BLOCKER is other["storage-unjudged"]


def _modules():
    names = [m.name for m in pkgutil.iter_modules(family.__path__) if not m.name.startswith("_")]
    return [importlib.import_module(f"{family.__name__}.{name}") for name in names]


@pytest.mark.parametrize("module", _modules(), ids=lambda module: module.__name__.rpartition(".")[2])
def test_every_rule_is_a_page_of_the_catalogue(module):
    """A rule lists its codes, and its docstring says why, how to mend it, and gives an example and a source."""
    page = inspect.getdoc(module)

    assert all(f"``{code}``" in page and code.startswith("storage-") for code in module.CODES)
    assert [part in page for part in ("**Why.**", "**Fix.**", "**Example.**", "Source")] == [True] * 4


def test_every_module_registers_one_rule():
    """The family finds each rule by its file."""
    assert len(_modules()) == len(FAMILY.members())


def test_what_was_there_and_is_larger_now_is_not_told_to_move_behind():
    """A member that widened in a packed word keeps its place; its neighbours do not, and the fix is about its size."""
    old = ["a t_uint64", "b t_uint64", "c t_uint64"]

    (finding,) = [f for f in judged(old, ["a t_uint64", "b t_uint96", "c t_uint64"]) if f.code == "storage-moved"]

    assert "because b (slot 0) is larger now" in finding.message
    assert "leave b as large as it was" in finding.remedy


def test_a_slot_at_a_hash_is_short_in_the_sentence_and_whole_in_the_evidence():
    """Two hashes of sixty-four digits side by side hide that they differ in the last one."""
    old, new = (
        StorageLayout(
            "M",
            (
                Region(
                    RegionKind.NAMESPACE,
                    "erc7201:perp.main",
                    erc7201("perp.main"),
                    tuple(Variable(name, "t_uint256", slot, 0, 32, "M") for slot, name in enumerate(names)),
                ),
            ),
            ELEMENTARY,
            complete=True,
        )
        for names in ("a", "na")
    )

    (finding,) = (finding for finding in examine(old, new) if finding.code == "storage-moved")

    base = erc7201("perp.main")
    short = f"{base:#x}"[:10]
    assert f"a moves from slot {short}…" in finding.message
    assert f"n (slot {short}…" in finding.message
    assert (f"{base:#x}", f"{base + 1:#x}") == (finding.evidence["old_slot"], finding.evidence["new_slot"])
    assert len(finding.message) < 120
