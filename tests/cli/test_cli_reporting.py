"""What a report reads back of a bundle that may come from anywhere."""

from types import SimpleNamespace

import pytest

from upgrader.cli import reporting
from upgrader.errors import InputError
from upgrader.layout.drawing import Span


def desk(document):
    """Return what a report asks of a desk: a bundle with one file."""
    return SimpleNamespace(bundle=SimpleNamespace(exists=lambda _: True, read_json=lambda _: document))


def test_a_drawing_is_read_as_it_was_written():
    """Lines of spans, each with its kind."""
    document = {"drawings": {"Vault": [[["a", "moved"], ["b", "same"]], []]}, "authority": ["owner"]}

    assert {"Vault": ((Span("a", "moved"), Span("b", "same")), ())} == reporting.recorded_layouts(desk(document))
    assert ("owner",) == reporting.recorded_authority(desk(document))
    assert {} == reporting.recorded_layouts(SimpleNamespace(bundle=SimpleNamespace(exists=lambda _: False)))


@pytest.mark.parametrize(
    "document",
    [
        [],
        None,
        {"drawings": []},
        {"drawings": {"V": {}}},
        {"drawings": {"V": [3]}},
        {"drawings": {"V": [["ab"]]}},
        {"drawings": {"V": [[["a"]]]}},
        {"drawings": {"V": [[["a", 3]]]}},
        {"drawings": {"V": [[[None, "same"]]]}},
        {"authority": {}},
        {"authority": [3]},
    ],
)
def test_a_drawing_that_is_none_is_an_error_and_no_defect_of_ours(document):
    """A bundle is mail from somebody else."""
    with pytest.raises(InputError):
        reporting.recorded_layouts(desk(document)), reporting.recorded_authority(desk(document))
