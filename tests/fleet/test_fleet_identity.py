"""Real and malformed version strings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upgrader.fleet.evidence import Layer
from upgrader.fleet.identity import LENGTH, Identity, Unknown, identify
from upgrader.fleet.version import parse

EXPECTED_NAMES = {"geth(op-geth encoding: upstream 1.16.9 as 1.1016 09)": "op-geth"}
"""Where the vectors describe a client rather than name it."""


@pytest.mark.parametrize("layer", Layer)
def test_every_real_string_is_recognised(version_strings, layer):
    """Client and version of every string that was seen in the wild."""
    cases = version_strings[layer.value]
    found = [identify(case["string"], layer) for case in cases]
    read = [(i.client.name, str(i.version).split("-")[0] if i.version else None) for i in found]

    assert [(EXPECTED_NAMES.get(case["client"], case["client"]), case["version"]) for case in cases] == read


def test_every_malformed_string_is_unknown(version_strings):
    """A string that names no client or no version says so, and why."""
    found = [identify(text) for text in version_strings["malformed"]]

    assert all(isinstance(identity, Unknown) and identity.reason for identity in found)
    assert 8 == len(found)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Geth/my-node/v1.16.7-stable-b9f3a3d9/linux-amd64/go1.24", "geth 1.16.7"),
        ("Geth/v9.9.9/v1.16.7-stable/linux-amd64/go1.24", "geth 1.16.7"),
        ("Geth/v1.16.7-stable/v9.9.9-linux/go1.24", "geth 9.9.9-linux"),
        ("besu/rpc-1/v25.7.0/linux-x86_64/openjdk-java-21", "besu 25.7.0"),
        ("Geth/v1.15.0-unstable-7f0dd394-20250204/linux-amd64/go1.23", "geth 1.15.0-unstable"),
        ("Geth/v1.101609.0-stable/linux-amd64/go1.24", "op-geth 1.101609.0"),
        ("erigon/3.0.14/linux-amd64/go1.23.11", "erigon 3.0.14"),
        ("erigon/caplin/3.6.0-ecc2ad99", "caplin 3.6.0"),
        ("teku/vUNKNOWN+g40561a9/linux-x86_64", "teku without version"),
        ("GETH/v1.16.7", "geth 1.16.7"),
    ],
)
def test_dialects(text, shown):
    """Operators' names before the version, shared prefixes, builds without a version."""
    assert shown == str(identify(text))


def test_a_client_of_the_other_layer_is_unknown():
    """A beacon node behind an execution address is not recognised there."""
    assert isinstance(identify("Lighthouse/v7.0.1-e42406d/x86_64-linux", Layer.EXECUTION), Unknown)


def test_a_megabyte_is_cut_and_unknown():
    """A version string of any length costs no more than a short one, and is not kept whole."""
    found = identify("Geth/" + "v1." * 500_000)

    assert isinstance(found, Unknown)
    assert LENGTH == len(found.text)


@given(st.text(max_size=600))
def test_any_text_survives(text):
    """No string breaks the parser, and what it recognises has a readable version or none."""
    found = identify(text)

    assert isinstance(found, Unknown) or found.version is None or found.version == parse(found.version.text)


@given(st.sampled_from(["Geth", "besu", "reth", "Lighthouse"]), st.text(alphabet="/v0123456789.-+ abc", max_size=60))
def test_a_known_name_with_anything_behind_it_survives(name, rest):
    """Whatever stands behind a known name, the answer is an identity of that name or Unknown."""
    found = identify(f"{name}/{rest}")

    assert isinstance(found, Unknown) or found.client.name.removeprefix("op-") == name.lower()
    assert isinstance(found, Identity | Unknown)
