"""Versions of clients have one total order, that of releases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upgrader.fleet.version import parse

NUMBERS = st.lists(st.integers(0, 10**6), min_size=2, max_size=4).map(lambda parts: ".".join(map(str, parts)))
SUFFIX = st.sampled_from(
    ["", "-rc.1", "-rc.0", ".rc0", "-stable", "-unstable-7f0dd394-20250204", "-beta2", "+1c4c7c0a"]
)
VERSIONS = st.tuples(NUMBERS, SUFFIX).map("".join).map(parse)


@pytest.mark.parametrize(
    "ascending",
    [
        ["1.16.3", "1.16.4", "1.16.10", "1.17", "2.0.0.rc0", "2.0.0"],
        ["8.3.0-alpha.1", "8.3.0-beta.0", "8.3.0-rc.0", "8.3.0-rc.1", "8.3.0-rc.10", "8.3.0"],
        ["22.0.0-glamsterdam-devnet-7-aaaaa1", "22.0.0-glamsterdam-devnet-8-092813de", "22.0.0", "22.0.1"],
        ["25.3-develop-083b1d3", "25.3.0", "25.11.0", "26.9.1"],
        ["1.15.0-unstable-7f0dd394-20250204", "1.15.0-stable-7f0dd394"],
    ],
)
def test_releases_are_ordered(ascending):
    """Each version is less than the ones after it, whatever its client's way of writing."""
    versions = [parse(text) for text in reversed(ascending)]

    assert ascending == [version.text for version in sorted(versions)]
    assert len(ascending) == len(set(versions))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("v1.16.7-stable-b9f3a3d9", "1.16.7"),
        ("25.4.1-77cfa7-stateofus", "25.4.1"),
        ("1.32.4+1c4c7c0a", "1.32.4"),
        ("6.0.2 (linux amd64)", "6.0.2"),
        ("1.2", "1.2.0"),
        ("3.11.3-rc.4-4bed0c5", "3.11.3-rc.4"),
        ("2.0.0.rc0", "2.0.0-rc.0"),
    ],
)
def test_what_is_no_part_of_a_version_is_left_out(one, other):
    """Git hashes, build metadata and release words do not tell versions apart."""
    assert parse(one) == parse(other)
    assert hash(parse(one)) == hash(parse(other))


@pytest.mark.parametrize(
    "text", ["", "v", "1", "latest", "vBAD", "1.", ".1.2", "1.2.3.4.5", "1.2.3-", "9" * 200, "\u0661.\u0662.\u0663"]
)
def test_anything_else_is_no_version(text):
    """A text that is not a version is None, not a guess."""
    assert parse(text) is None


@given(VERSIONS, VERSIONS)
def test_order_is_total(left, right):
    """Of two versions exactly one of less, equal and greater holds."""
    assert 1 == (left < right) + (left == right) + (left > right)


@given(VERSIONS, VERSIONS, VERSIONS)
def test_order_is_transitive(first, second, third):
    """Sorting three versions in any order gives one result."""
    assert sorted([first, second, third]) == sorted([third, first, second])


@given(VERSIONS)
def test_the_short_form_is_the_same_version(version):
    """What is shown of a version names that version."""
    assert version == parse(str(version))


@given(st.text(max_size=120))
def test_any_text_survives(text):
    """No text breaks the parser."""
    found = parse(text)

    assert found is None or found == parse(str(found))
