"""Two layouts over a proxy's words, from dicts: what is fresh, what is read, what it means."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upgrader.inquiry import ReadFailed, ReadSlot, answer
from upgrader.layout.compare import compare
from upgrader.layout.fresh import MAX_ARRAY, fresh_bytes
from upgrader.layout.live import MAX_WORDS, LiveStorage, Words, read_words, slots_to_read
from upgrader.layout.read import raw_layout
from upgrader.units import Slot, address, word

PROXY = address("0x" + "50" * 20)
VALUES = ("t_uint256", "t_uint128", "t_uint64", "t_bool", "t_address", "t_bytes32", "t_mapping(t_address,t_uint256)")


def layout(*fields, untouched=()):
    """Return the layout of ``"name type"`` fields; no code names those in ``untouched``."""
    storage = [dict(zip(("label", "type"), field.split(), strict=True)) for field in fields]
    found = raw_layout({"storage": storage, "types": {}}, "Market", "test")
    root = found.regions[0]
    variables = tuple(v._replace(touched=False) if v.name in untouched else v for v in root.variables)
    return replace(found, regions=(replace(root, variables=variables),))


def fresh(old, new):
    """Return what is fresh, as ``{name: pieces}``."""
    return {each.place.path: list(each.pieces) for each in fresh_bytes(old, new, compare(old, new))}


@given(st.lists(st.sampled_from(VALUES), max_size=12))
def test_nothing_is_fresh_in_an_equal_layout(types):
    """A layout makes no byte live that it had live before."""
    same = layout(*(f"v{index} {kind}" for index, kind in enumerate(types)))

    assert {} == fresh(same, same)


@given(st.lists(st.sampled_from(VALUES), max_size=8), st.lists(st.sampled_from(VALUES), min_size=1, max_size=8))
def test_exactly_what_is_appended_is_fresh(types, more):
    """Every appended variable is fresh, with all of its bytes, and no other is."""
    fields = [f"v{index} {kind}" for index, kind in enumerate([*types, *more])]
    old, new = layout(*fields[: len(types)]), layout(*fields)

    appended = new.regions[0].variables[len(types) :]

    assert {v.name: [(v.slot, v.offset, v.size)] for v in appended} == fresh(old, new)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            ["a t_uint256", "__gap t_array(t_uint256)5_storage"],
            ["a t_uint256", "b t_uint64", "__gap t_array(t_uint256)4_storage"],
            {"b": [(1, 0, 8)]},
        ),
        (["a t_uint64"], ["a t_uint128"], {"a": [(0, 8, 8)]}),
        (
            ["a t_array(t_uint256)2_storage"],
            ["a t_array(t_uint256)4_storage"],
            {"a": [(2, 0, 32), (3, 0, 32)]},
        ),
        (["a t_uint256", "b t_uint256"], ["b t_uint256", "a t_uint256"], {}),
    ],
    ids=["a gap that shrank", "a wider type", "a longer array", "a swap is told as that"],
)
def test_new_bytes_are_a_difference_of_sets(old, new, expected):
    """Whatever the edit was, it is the new live bytes less the old ones."""
    assert expected == fresh(layout(*old), layout(*new))


def test_an_array_longer_than_storage_is_read_in_part():
    """The first words are read, and that there are more is said."""
    old, new = layout("a t_uint256"), layout("a t_uint256", "b t_array(t_uint256)1000000_storage")

    (found,) = fresh_bytes(old, new, compare(old, new))

    assert (MAX_ARRAY, True) == (len(found.pieces), found.cut)


def test_no_question_has_more_words_than_the_bound():
    """Many long arrays are cut together, too."""
    fields = [f"v{index} t_array(t_uint256)250_storage" for index in range(10)]
    old, new = layout("a t_uint256"), layout("a t_uint256", *fields)

    assert MAX_WORDS == len(slots_to_read(old, new, compare(old, new)))


def test_changed_variables_are_read_on_both_sides():
    """A move reads where the value is and where the new code will look."""
    old, new = layout("a t_uint256", "b t_uint256"), layout("n t_uint256", "a t_uint256", "b t_uint256")

    assert {0, 1, 2} == set(slots_to_read(old, new, compare(old, new)))


def test_words_come_in_one_round_and_failures_stay_values():
    """A word that could not be read is not taken for zero."""
    facts = {ReadSlot(PROXY, Slot(0)): word(5), ReadSlot(PROXY, Slot(1)): ReadFailed("pruned")}

    found = answer(read_words(PROXY, [0, 1, 0]), facts)

    assert ({0: word(5)}, {1: "pruned"}) == (dict(found.known), dict(found.failed))


LEDGER = ("a t_uint256", "ledger t_array(t_uint256)3_storage")


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ({1: 0, 2: 0, 3: 0}, ["added"]),
        ({1: 7, 2: 9, 3: 0}, ["reused"]),
        ({2: 9}, ["reused"]),
        ({1: 0, 2: 0}, ["reused dead"]),
    ],
    ids=["all zero is a gap", "one word set is live", "even if others were not read", "unread is not decided"],
)
def test_the_chain_decides_what_an_unnamed_array_is(words, kinds):
    """A variable over an array that no code names is new, over live data, or not to be told."""
    old, new = layout(*LEDGER, untouched=("ledger",)), layout("a t_uint256", "b t_uint256")
    held = Words({slot: word(value) for slot, value in words.items()})

    changes = compare(old, new, held=held)

    assert kinds == [change.kind.value + (" dead" if change.dead else "") for change in changes]


def test_a_gap_by_the_chain_may_have_been_live_before():
    """Zero now does not make it a gap in history: a mapping that an earlier version kept there is found."""
    old = layout(*LEDGER, untouched=("ledger",))
    new = layout("a t_uint256", "b t_mapping(t_address,t_uint256)")
    earlier = layout("a t_uint256", "m t_mapping(t_address,t_bool)")
    held = Words({slot: word(0) for slot in (1, 2, 3)})

    added, reused = compare(old, new, [earlier], held=held)

    assert ("added", "reused", "deleted earlier") == (added.kind.value, reused.kind.value, reused.reason)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("t_uint64", 7, "7"),
        ("t_bool", 1, "true"),
        ("t_address", 0xA5, "0x00000000000000000000000000000000000000A5"),
        ("t_mapping(t_address,t_uint256)", 0, ""),
        ("t_array(t_uint128)2_storage", (3 << 128) + 4, "[4, 3]"),
    ],
)
def test_a_value_is_read_as_its_type(kind, value, text):
    """Packed elements are told apart; a mapping has no value of its own."""
    one = layout(f"v {kind}")
    live = LiveStorage(one, one, Words({0: word(value)}))
    (variable,) = one.regions[0].variables
    (change,) = compare(one, layout("other t_bytes31"))[:1]

    assert text == live.value(one, replace(change.old, path="v", size=variable.size))
