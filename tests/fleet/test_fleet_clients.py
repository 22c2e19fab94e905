"""Every member of the family of clients keeps the family's promises."""

import importlib
import re

import pytest

from upgrader.fleet.clients._base import FAMILY, named
from upgrader.fleet.evidence import Layer
from upgrader.fleet.identity import Identity, identify
from upgrader.fleet.version import parse

CLIENTS = FAMILY.members()
EXAMPLE = re.compile(r"``([^`/]+/[^`]+)``")


@pytest.fixture(params=CLIENTS, ids=lambda client: client.name)
def client(request):
    return request.param


def test_its_name_finds_it(client):
    """A client's name is unique and written as fleet files write names."""
    assert client is named(client.name)
    assert re.fullmatch(r"[a-z][a-z0-9-]*", client.name)


def test_the_example_in_its_page_is_recognised(client):
    """Each version string that the module's docstring shows is that client's own."""
    module = importlib.import_module(f"{FAMILY.package}.{client.name.replace('-', '_').removesuffix('_execution')}")
    examples = [text for text in EXAMPLE.findall(module.__doc__) if any(char.isdigit() for char in text)]
    found = [identify(text) for text in examples]

    assert found
    assert {client.name} == {identity.client.name for identity in found if isinstance(identity, Identity)}


def test_it_says_where_its_facts_come_from(client):
    """A client and each of its defects name a source."""
    assert client.source
    assert all(defect.source and defect.what for defect in client.defects)


def test_its_defects_have_real_ranges_and_effects(client):
    """A defect's bounds are versions in order, and it changes some judgement."""
    for defect in client.defects:
        since, until = parse(defect.since), parse(defect.until)
        assert (since is None) == (defect.since == "")
        assert (until is None) == (defect.until == "")
        assert since is None or until is None or since <= until
        assert defect.distrusts or defect.halts_at


def test_engine_codes_are_unique():
    """Two letters name one client, as the Engine API's identification has them."""
    codes = [client.code for client in CLIENTS if client.code]

    assert sorted(set(codes)) == sorted(codes)


def test_the_standards_codes_are_all_there(version_strings):
    """Every client that the Engine API gives a code is a member, under that code."""
    assert set(version_strings["client_codes"]) == {client.code for client in CLIENTS if client.code}


def test_both_layers_are_covered():
    """The family has the clients of both halves of a node."""
    counts = [sum(client.layer is layer for client in CLIENTS) for layer in Layer]

    assert [14, 7] == counts
