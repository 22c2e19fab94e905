"""Laws that hold of every layout, and readers that survive every file."""

import contextlib
import copy
import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from layout_corpora import SHARED

from upgrader.checks.storage import examine
from upgrader.errors import InputError
from upgrader.findings import Verdict, verdict_of
from upgrader.layout.changes import ChangeKind
from upgrader.layout.compare import compare
from upgrader.layout.drawing import draw
from upgrader.layout.faces import NOTHING_ALIKE
from upgrader.layout.formats import describe
from upgrader.layout.proxied import shared_with_proxy
from upgrader.layout.read import raw_layout
from upgrader.layout.shapes import Shapes

VALUES = {
    "t_uint256": 32, "t_uint128": 16, "t_uint64": 8, "t_uint8": 1, "t_int256": 32, "t_int64": 8, "t_bool": 1,
    "t_address": 20, "t_bytes32": 32, "t_bytes4": 4,
}  # fmt: skip

names = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8).map(lambda text: f"v_{text}")
value_types = st.sampled_from(sorted(VALUES))


@st.composite
def type_ids(draw_from, depth=0):
    """Yield a type id: a value, a mapping, an array, a struct of earlier ones."""
    sort = draw_from(
        st.sampled_from(["value"] * 4 + (["mapping", "dynamic", "fixed", "struct", "string"] if depth < 3 else []))
    )
    inner = type_ids(depth + 1)
    match sort:
        case "mapping":
            return f"t_mapping({draw_from(value_types)},{draw_from(inner)})"
        case "dynamic":
            return f"t_array({draw_from(inner)})dyn_storage"
        case "fixed":
            return f"t_array({draw_from(inner)}){draw_from(st.integers(1, 9))}_storage"
        case "string":
            return "t_string_storage"
        case "struct":
            return ("struct", tuple(draw_from(st.lists(inner, min_size=1, max_size=4))))
    return draw_from(value_types)


def document(fields):
    """Return a manifest-like layout (no slots, no sizes) of ``(name, type)`` pairs."""
    types = {}

    def spelled(kind):
        if isinstance(kind, tuple):
            members = [{"label": f"m{i}", "type": spelled(member)} for i, member in enumerate(kind[1])]
            number = len(types) + 1
            types[f"t_struct(S{number}){number}_storage"] = {"label": f"struct S{number}", "members": members}
            return f"t_struct(S{number}){number}_storage"
        return kind

    storage = [{"label": name, "type": spelled(kind), "contract": "C"} for name, kind in fields]
    return {"storage": storage, "types": types}


def simple(kind):
    """Whether a type can be written: a struct that is not inside a mapping or an array."""
    return all(map(simple, kind[1])) if isinstance(kind, tuple) else "struct" not in kind


fields = st.lists(st.tuples(names, type_ids().filter(simple)), min_size=1, max_size=8, unique_by=lambda field: field[0])
relaxed = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)


def layout(listed):
    """Return the layout of a list of fields."""
    return raw_layout(document(listed), "C", "generated")


def kinds(old, new):
    """Return the kinds of facts about two lists of fields."""
    return {change.kind for change in compare(layout(old), layout(new))}


@relaxed
@given(fields)
def test_layout_equals_itself(listed):
    """Nothing changed where nothing changed."""
    assert () == compare(layout(listed), layout(listed))


VYPER_KEYS = ["address", "bytes32", "Bytes[40]", "String[32]", "int128", "flag Side('LONG','SHORT')", "lib/IFeed.vyi"]

vyper_types = st.recursive(
    st.sampled_from(
        [
            *["uint256", "int128", "bool", "address", "decimal", "bytes4", "bytes32", "Bytes[40]", "String[32]"],
            *["interface IOracle", "interface lib/IFeed.vyi", "usr/lib/site-packages/vyper/interfaces/IERC20.vyi"],
            *["enum Side('LONG','SHORT')", "flag Side('LONG','SHORT')", "(uint256, address)"],
        ]
    ),
    lambda inner: (
        st.builds("HashMap[{}, {}]".format, st.sampled_from(VYPER_KEYS), inner)
        | st.builds("DynArray[{}, {}]".format, inner.filter(lambda kind: "HashMap" not in kind), st.integers(1, 9))
        | st.builds("{}[{}]".format, inner.filter(lambda kind: "HashMap" not in kind), st.integers(1, 9))
    ),
    max_leaves=4,
)


@relaxed
@given(st.lists(vyper_types, min_size=1, max_size=6))
def test_layout_of_vyper_equals_itself(listed):
    """Whatever keys and values are made of: what is the same is read the same."""
    storage = {f"v{i}": {"type": kind, "slot": 2**20 * i} for i, kind in enumerate(listed)}
    one, other = (describe({"storage_layout": copy.deepcopy(storage)}, "M", "layout.json") for _ in range(2))

    assert () == compare(one, other)


@relaxed
@given(fields, st.integers(1, 10**6))
def test_renaming_types_and_files_changes_nothing(listed, offset):
    """AST ids, struct names and contract names are the compiler's business."""
    other = json.loads(
        re.sub(
            r"S(\d+)\)(\d+)_", lambda m: f"T{int(m[1]) + offset}){int(m[2]) + offset}_", json.dumps(document(listed))
        ).replace('"contract": "C"', '"contract": "other/path.sol:D"')
    )

    assert () == compare(layout(listed), raw_layout(other, "D", "generated"))


@relaxed
@given(fields, st.lists(type_ids().filter(simple), min_size=1, max_size=3))
def test_appending_is_safe(listed, more):
    """Variables behind all existing ones never block, and are facts of their own."""
    longer = [*listed, *((f"appended_{i}", kind) for i, kind in enumerate(more))]

    assert {ChangeKind.ADDED} == kinds(listed, longer)
    assert Verdict.SAFE is verdict_of(examine(layout(listed), layout(longer)))


@relaxed
@given(fields, st.data())
def test_inserting_a_word_before_a_live_variable_is_unsafe(listed, data):
    """Whatever stands behind an inserted word moves, and that blocks."""
    place = data.draw(st.integers(0, len(listed) - 1))
    longer = [*listed[:place], ("inserted", "t_uint256"), *listed[place:]]

    assert Verdict.UNSAFE is verdict_of(examine(layout(listed), layout(longer)))


@relaxed
@given(fields.filter(lambda listed: len(listed) > 1), st.data())
def test_deleting_before_a_word_is_unsafe(listed, data):
    """Deleting a whole word moves what stands behind it."""
    place = data.draw(st.integers(0, len(listed) - 1))
    old = [*listed[:place], ("deleted", "t_uint256"), *listed[place:]]

    assert Verdict.UNSAFE is verdict_of(examine(layout(old), layout(listed)))


def retyped(kind, old, new):
    """Return a type in which one value type is another, however deep it lies."""
    return (
        ("struct", tuple(retyped(each, old, new) for each in kind[1]))
        if isinstance(kind, tuple)
        else kind.replace(old, new)
    )


@relaxed
@given(fields, st.lists(st.booleans(), max_size=8), value_types, value_types, fields)
def test_what_is_alike_in_both_layouts_is_no_fact_and_hides_none(listed, changed, old, new, more):
    """Leaving out how two rows begin, and types of one shape, is a matter of time alone."""
    where = [*changed, *[False] * len(listed)]
    after = [(name, retyped(kind, old, new) if where[i] else kind) for i, (name, kind) in enumerate(listed)]
    sides = layout(listed), layout([*after, *((f"w_{name}", kind) for name, kind in more)])
    found = compare(*sides)

    with pytest.MonkeyPatch.context() as everything_looked_at:
        everything_looked_at.setattr("upgrader.layout.compare.beginning", lambda *_: NOTHING_ALIKE)
        everything_looked_at.setattr(Shapes, "of", lambda *_: None)
        assert found == compare(*sides)


@relaxed
@given(fields, fields)
def test_a_verdict_does_not_depend_on_an_equal_history(old, new):
    """That the proxy ran on the old layout before changes nothing."""
    sides = layout(old), layout(new)

    assert compare(*sides) == compare(*sides, history=[sides[0]])


@relaxed
@given(fields, fields)
def test_every_comparison_can_be_drawn(old, new):
    """A drawing has the same width on every line of slots."""
    sides = layout(old), layout(new)

    lines = ["".join(span.text for span in line) for line in draw(*sides, compare(*sides))]

    assert {80} >= {len(line) for line in lines if "│" in line}


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-10, 2**260)
    | st.text(max_size=12)
    | st.sampled_from(["t_uint256", "t_struct(S)1_storage"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def _places(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _places(inner, (*path, key))


@pytest.mark.skipif(not SHARED.exists(), reason="the shared layouts are not here")
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_mutated_files_end_in_an_error_or_a_layout(data):
    """A file with one value exchanged is read, or refused with a sentence; never a traceback."""
    original = json.loads((SHARED / "histories" / "perp-curie-git" / "v2.4.0" / "InsuranceFund.json").read_text())
    mutated = copy.deepcopy(original)
    path = data.draw(st.sampled_from([path for path in _places(original) if path]))
    target = mutated
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = data.draw(json_values)

    with contextlib.suppress(InputError):
        described = describe(mutated, "", "mutated.json")
        examine(described, described)


@relaxed
@given(fields, st.lists(type_ids().filter(simple), max_size=3))
def test_implementation_that_begins_with_the_proxy_s_variables_shares_them(listed, more):
    """Whatever follows the variables that both declare lies on none of the proxy's."""
    longer = [*listed, *((f"appended_{i}", kind) for i, kind in enumerate(more))]

    shared = shared_with_proxy(layout(listed), layout(longer))

    assert {(None, True)} == {(each.other, each.declared) for each in shared}


@relaxed
@given(fields, st.data())
def test_implementation_that_inserts_a_word_lies_on_the_proxy_s_variables(listed, data):
    """From the inserted word on nothing of the proxy's is the same variable to the implementation."""
    place = data.draw(st.integers(0, len(listed) - 1))
    shifted = [*listed[:place], ("inserted", "t_uint256"), *listed[place:]]

    shared = shared_with_proxy(layout(listed), layout(shifted))

    behind = {name for name, _ in listed[place:]}
    ours = [each for each in shared if each.proxy.path.partition(".")[0] in behind]
    assert all(each.other is not None or not each.declared for each in ours)
    assert place or any(each.other is not None for each in ours)
