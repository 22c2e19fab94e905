"""Every kind of proxy keeps the promises of the family."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upgrader.inquiry import ReadCall, ReadCode, ReadFailed, ReadSlot, run
from upgrader.proxies import FAMILY
from upgrader.units import address

SOMEWHERE = address("0x" + "50" * 20)
KINDS = pytest.mark.parametrize("kind", FAMILY.members(), ids=lambda kind: kind.name)


def test_names_are_unique():
    """A name stands for one kind in plans and reports."""
    names = [kind.name for kind in FAMILY.members()]

    assert len(set(names)) == len(names)


@KINDS
def test_an_empty_address_is_of_no_kind(kind):
    """No code and empty slots are no proxy."""

    def empty(reads):
        blank = {ReadSlot: bytes(32), ReadCode: b"", ReadCall: b""}
        return tuple(blank[type(read)] for read in reads)

    assert run(kind.recognise(SOMEWHERE), empty) is None


@KINDS
def test_a_failing_node_is_of_no_kind(kind):
    """What could not be read is never a proxy, and never an exception."""
    assert run(kind.recognise(SOMEWHERE), lambda reads: (ReadFailed("timeout"),) * len(reads)) is None


@KINDS
@given(data=st.data())
def test_whatever_a_chain_answers_is_survived(kind, data):
    """Arbitrary words, code and answers end in a proxy of this kind or in none, in at most three rounds."""
    rounds = []

    def hostile(reads):
        rounds.append(reads)
        words = st.one_of(st.just(bytes(32)), st.binary(min_size=32, max_size=32))
        answers = {
            ReadSlot: words,
            ReadCode: st.binary(max_size=60),
            ReadCall: st.one_of(words, st.binary(max_size=40), st.just(ReadFailed("no", reverted=True))),
        }
        return tuple(data.draw(answers[type(read)]) for read in reads)

    found = run(kind.recognise(SOMEWHERE), hostile)

    assert found is None or (found.kind, found.address) == (kind.name, SOMEWHERE)
    assert len(rounds) <= 3
