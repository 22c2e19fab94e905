"""Two rows joined: what took one another's places, and that long rows are no harder than short ones."""

from hypothesis import given
from hypothesis import strategies as st

from upgrader.checks.storage import examine, reused
from upgrader.layout import matching
from upgrader.layout.changes import ChangeKind, LayoutChange, Place
from upgrader.layout.leaves import Leaf
from upgrader.layout.matching import exchanged
from upgrader.layout.read import raw_layout
from upgrader.layout.types import Variable


def leaf(start):
    """Return a word at a place."""
    variable = Variable(str(start), "t_uint256", start, 0, 32, "C")
    return Leaf((), (), variable, start, start + 32, live=True, dead=False, array=False, declared_in="C")


def plainly(moves, same):
    """Return the places of rings of one type, each walked from each of its places."""
    found = set()
    for start in moves:
        ring, at = [start], moves[start]
        while at in moves and at not in ring:
            ring.append(at)
            at = moves[at]
        if at == start and len(ring) > 1 and all(same(start, moves[place]) for place in ring):
            found |= set(ring)
    return found


@given(st.permutations(range(12)), st.sets(st.integers(0, 11)), st.sets(st.integers(0, 11)))
def test_rings_are_what_a_walk_from_each_place_finds(places, missing, signed):
    """Rings of one type and no others: chains into free places, and rings of two types, are moves."""
    moves = {old: new for old, new in enumerate(places) if old not in missing}

    found = exchanged(
        [(leaf(old), leaf(new)) for old, new in moves.items()],
        lambda one, other: (one.start in signed) == (other.start in signed),
    )

    assert plainly(moves, lambda one, other: (one in signed) == (other in signed)) == found


def words(names):
    """Return the raw layout of words."""
    storage = [{"label": name, "type": "t_uint256", "contract": "C"} for name in names]
    return raw_layout({"storage": storage, "types": {}}, "C", "a test")


def test_a_row_of_twenty_thousand_variables_that_all_move_is_judged():
    """One was inserted before them, or all but some are gone: in seconds, where each walk of a walk took hours."""
    names = [f"v{i}" for i in range(20_000)]

    (moved,) = [f for f in examine(words(names), words(["first", *names])) if f.code == "storage-moved"]
    gone = [f for f in examine(words(names), words(names[:5])) if f.code == "storage-deleted"]

    assert moved.message.endswith("and 19993 more")
    assert 19_995 == len(gone)


def test_names_are_looked_up_and_not_compared_with_all_others(monkeypatch):
    """Four thousand arrays that gave way to four thousand variables: no two of them go by one name."""
    count = 4_000
    array = "t_array(t_uint256)64_storage"
    storage = [{"label": f"a{i}", "type": array, "contract": "C"} for i in range(count)]
    asked = []
    same = matching._same_name  # noqa: SLF001 - what is asked too often
    monkeypatch.setattr(matching, "_same_name", lambda one, other: asked.append(one) or same(one, other))

    findings = examine(
        raw_layout({"storage": storage, "types": {}}, "C", "a test"), words([f"e{i}" for i in range(count)])
    )

    assert findings
    assert len(asked) < 4 * count


def place(number):
    """Return a place that is told from others by its slot."""
    return Place("root", f"v{number}", "C", number, 0, 32, "uint256", "", "")


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=14))
def test_changes_that_share_a_variable_are_joined_with_the_first_that_does(pairs):
    """One edit split or merged them; which group a change joins does not depend on how it is found."""
    changes = [LayoutChange(ChangeKind.REUSED, place(old), place(new)) for old, new in pairs]
    plain = []
    for change in changes:
        home = next((g for g in plain if any(change.old == c.old or change.new == c.new for c in g)), None)
        (plain.append([change]) if home is None else home.append(change))

    found = reused._together(changes)  # noqa: SLF001 - held to its plain form

    assert plain == [[change for change, _, _ in group] for group in found]
