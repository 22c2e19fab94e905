"""The Transaction Builder file: its checksum as the app computes it, its content the calls."""

import copy
import json
from pathlib import Path

from upgrader.calls import Call
from upgrader.governance.tx_builder import checksum, transaction_builder
from upgrader.units import ChainId, Wei, address

PUBLISHED = json.loads((Path(__file__).parents[1] / "vectors/governance/tx_builder.json").read_text())["batch"]
SAFE = address("0x" + "5a" * 20)
CALLS = (Call(address("0x" + "11" * 20), b"\x01\x02", Wei(3)), Call(address("0x" + "22" * 20), b""))


def written(**changes):
    return transaction_builder(CALLS, **{"chain_id": ChainId(10), "safe": SAFE, "name": "V2", **changes})


def test_the_checksum_is_the_apps():
    """A file that the app wrote carries the checksum computed here."""
    assert checksum(PUBLISHED) == PUBLISHED["meta"]["checksum"]


def test_our_file_has_the_apps_fields():
    """Same fields, same order as the app's own file."""
    ours = written()

    assert list(ours) == list(PUBLISHED)
    assert list(ours["meta"]) == list(PUBLISHED["meta"])
    assert list(ours["transactions"][0]) == list(PUBLISHED["transactions"][0])


def test_the_calls_are_in_order():
    """Callee, value and data of every call, as text."""
    assert [(t["to"], t["value"], t["data"]) for t in written()["transactions"]] == [
        (CALLS[0].to, "3", "0x0102"),
        (CALLS[1].to, "0", "0x"),
    ]


def test_the_same_calls_give_the_same_bytes():
    """No clock and no randomness go in."""
    assert json.dumps(written()) == json.dumps(written())


def test_renaming_keeps_the_checksum_and_tampering_does_not():
    """The app lets users rename a batch, and nothing else."""
    renamed, tampered = copy.deepcopy(written()), copy.deepcopy(written())
    renamed["meta"]["name"] = "another"
    tampered["transactions"][0]["value"] = "4"

    assert checksum(renamed) == written()["meta"]["checksum"]
    assert checksum(tampered) != written()["meta"]["checksum"]
