"""Every format of layouts keeps the promises of the family, whatever file it is shown."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upgrader.errors import InputError
from upgrader.layout.formats import describe
from upgrader.layout.formats._base import FORMATS

FORMS = pytest.mark.parametrize("form", FORMATS.members(), ids=lambda form: form.name)

WORDS = (
    "abi", "ast", "bytecode", "compiler", "contracts", "evm", "id", "impls", "input", "label", "layout",
    "manifestVersion", "output", "proxies", "slot", "sourceName", "sources", "storage", "storageLayout", "type",
    "types", "_format",
)  # fmt: skip
"""Keys that formats look for, so that arbitrary documents come close to being one."""

SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=6),
    max_leaves=8,
)


def test_names_are_unique():
    """The list of known formats in an error names each once."""
    names = [form.name for form in FORMATS.members()]

    assert len(set(names)) == len(names)


@FORMS
def test_an_empty_document_is_of_no_format(form):
    """Nothing is not a layout without variables."""
    assert form().recognises({}) is False


@FORMS
@given(document=st.dictionaries(st.sampled_from(WORDS), DOCUMENTS, max_size=4))
def test_recognising_never_fails(form, document):
    """Whatever JSON is shown, the answer is yes or no."""
    assert form().recognises(document) in {True, False}


@given(document=DOCUMENTS, key=st.sampled_from(["", "C", "a.sol:C", "0x" + "11" * 20]))
def test_a_document_is_read_or_refused(document, key):
    """What looks like a format and is none ends in an InputError, never in another exception."""
    with contextlib.suppress(InputError):
        assert describe(document, key, "it") is not None
