"""The rules on live proxies, on words from dicts: what they say, how much it weighs, and where they are silent."""

import importlib
import inspect
import pkgutil

import pytest

import upgrader.checks.live as family
from upgrader.checks.live import FAMILY, Case, Unknown, examine
from upgrader.findings import Severity, Verdict, verdict_of
from upgrader.layout.compare import compare
from upgrader.layout.live import LiveStorage, Words
from upgrader.layout.read import raw_layout
from upgrader.units import word

OLD = ("a t_uint256",)
UNKNOWN = Unknown("0x" + "11" * 20, "is on no record")


def layout(*fields):
    """Return the layout of ``"name type"`` fields."""
    storage = [dict(zip(("label", "type"), field.split(), strict=True)) for field in fields]
    return raw_layout({"storage": storage, "types": {}}, "Market", "test")


def judged(*more, held=None, failed=(), unknown=()):
    """Return the findings about ``more`` appended, over words of a proxy; ``held`` None is a beacon."""
    old, new = layout(*OLD), layout(*OLD, *more)
    words = Words({slot: word(value) for slot, value in (held or {}).items()}, dict.fromkeys(failed, "pruned"))
    live = None if held is None else LiveStorage(old, new, words)
    return examine(Case(old, new, compare(old, new), live, unknown))


def weights(findings):
    """Return code and severity of each."""
    return [(finding.code, finding.severity) for finding in findings]


def test_zero_words_are_one_note():
    """However many variables are new, a contract has one line about them."""
    (note,) = judged("b t_uint256", "c t_uint256", held={1: 0, 2: 0})

    assert ("fresh-on-chain", Severity.NOTE, "2 new slots are zero on chain") == (
        note.code,
        note.severity,
        note.message,
    )


def test_a_set_word_blocks_with_what_would_be_read():
    """Slot, bytes and value are in the evidence, the reading in the sentence."""
    (found,) = judged("b t_uint64", held={1: 5})

    assert ("storage-not-fresh", Severity.BLOCKER) == (found.code, found.severity)
    assert "the new code reads 5" in found.message
    assert {
        "slot": "1",
        "offset": "0",
        "bytes": "8",
        "value now": "0x0000000000000005",
    }.items() <= found.evidence.items()


def test_bytes_beside_the_new_ones_do_not_count():
    """A word is shared: only the new variable's own bytes must be zero."""
    assert [("fresh-on-chain", Severity.NOTE)] == weights(judged("b t_uint64", held={1: 5 << 64}))


def test_an_unread_word_cannot_be_told():
    """A node that does not answer is not a node that answers zero."""
    found = judged("b t_uint256", held={}, failed=[1])

    assert [("storage-unread", Severity.BLOCKER)] == weights(found)
    assert Verdict.CANNOT_TELL is verdict_of(found)


def test_a_long_array_is_read_in_part_and_that_is_said():
    """What was read is zero; the rest is named, and does not block."""
    found = judged("b t_array(t_uint256)1000_storage", held=dict.fromkeys(range(1, 257), 0))

    assert {("fresh-on-chain", Severity.NOTE), ("storage-unread", Severity.WARNING)} == set(weights(found))


def test_a_beacon_is_told_apart_from_its_proxies():
    """There is no storage to read, and that weighs only where something is new."""
    assert [("storage-unread", Severity.WARNING)] == weights(judged("b t_uint256"))
    assert [] == weights(judged())


@pytest.mark.parametrize(
    ("more", "held", "severity"),
    [
        ((), {}, Severity.NOTE),
        (("b t_uint256",), {1: 0}, Severity.NOTE),
        (("b t_mapping(t_address,t_bool)",), {1: 0}, Severity.WARNING),
        (("b t_uint256",), None, Severity.WARNING),
    ],
    ids=["nothing is new", "a value was read", "entries cannot be read", "nothing was read"],
)
def test_unknown_history_weighs_what_it_can_hide(more, held, severity):
    """It warns only where data of an unknown version could come back unseen."""
    (found,) = [f for f in judged(*more, held=held, unknown=(UNKNOWN,)) if f.code == "history-unknown"]

    assert severity is found.severity
    assert UNKNOWN.implementation in found.message


def _modules():
    names = [m.name for m in pkgutil.iter_modules(family.__path__) if not m.name.startswith("_")]
    return [importlib.import_module(f"{family.__name__}.{name}") for name in names]


@pytest.mark.parametrize("module", _modules(), ids=lambda module: module.__name__.rpartition(".")[2])
def test_every_rule_on_live_proxies_is_a_page_of_the_catalogue(module):
    """A rule lists its codes, and its docstring says why, how to mend it, and gives an example and a source."""
    page = inspect.getdoc(module)

    assert all(f"``{code}``" in page for code in module.CODES)
    assert [part in page for part in ("**Why.**", "**Fix.**", "**Example.**", "Source")] == [True] * 4


def test_every_module_of_the_family_registers_one_rule():
    """The family finds each rule by its file."""
    assert len(_modules()) == len(FAMILY.members())
