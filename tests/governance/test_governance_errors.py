"""Reverts in words: the published codes, and what the real contracts really answer."""

import json

import pytest
from eth_abi.abi import encode
from hypothesis import given
from hypothesis import strategies as st
from real_parts import DEPLOYER, MODULES, OWNERS, SAFES, TIMELOCKS, LocalChain, deploy_safe, deploy_timelock

from upgrader.calls import Call, abi_signature, encode_call, selector
from upgrader.governance.errors import CUSTOM_ERRORS, SAFE_CODES, explain_revert
from upgrader.governance.safe import EXEC_TRANSACTION, SafeTransaction
from upgrader.governance.timelock import operation_of
from upgrader.inquiry import Inquiry, ReadCall
from upgrader.units import Seconds, Wei, keccak

SALT = keccak(b"errors")
RETIRED = {"FailedInnerCall()"}
"""Errors of OpenZeppelin 5.0 that 5.7 no longer has."""


def reverted(chain: LocalChain, call: Call, sender=DEPLOYER) -> bytes:
    def ask() -> Inquiry[bytes]:
        (answer,) = yield (ReadCall(call.to, call.data, sender),)
        assert answer.reverted
        return answer.data

    return chain.ask(ask())


@pytest.mark.parametrize("version", TIMELOCKS)
def test_an_early_execution_is_explained(chain: LocalChain, version):
    """Strings of 3 and 4 and the custom error of 5 say the same."""
    timelock = deploy_timelock(chain, version, proposers=(DEPLOYER,))
    operation = operation_of((Call(OWNERS[0], b""),), salt=SALT, delay=Seconds(172_800))
    chain.send(operation.schedule_call(timelock))

    assert "still waits" in explain_revert(reverted(chain, operation.execute_call(timelock)))


@pytest.mark.parametrize("version", TIMELOCKS)
def test_a_short_delay_is_explained(chain: LocalChain, version):
    """A delay below the minimum is named in every version."""
    timelock = deploy_timelock(chain, version, proposers=(DEPLOYER,))
    operation = operation_of((Call(OWNERS[0], b""),), salt=SALT, delay=Seconds(5))

    assert "than the timelock's minimum" in explain_revert(reverted(chain, operation.schedule_call(timelock)))


@pytest.mark.parametrize("version", SAFES)
def test_missing_signatures_are_explained(chain: LocalChain, version):
    """GS020 of every Safe version becomes a sentence."""
    safe = deploy_safe(chain, version)
    fields = SafeTransaction(DEPLOYER, Wei(0), b"", 0).fields()[:-1]
    call = Call(safe, encode_call(EXEC_TRANSACTION, *fields, b""))

    assert explain_revert(reverted(chain, call)) == f"{SAFE_CODES['GS020']} (GS020)"


def test_every_custom_error_is_one_of_openzeppelin():
    """No signature is misspelt: each occurs in an ABI of the package, but for those a later release dropped."""
    folder = MODULES / "@openzeppelin/contracts/build/contracts"
    abis = [json.loads(path.read_text())["abi"] for path in folder.glob("*.json")]
    known = {abi_signature(entry) for abi in abis for entry in abi if entry["type"] == "error"}

    assert set(CUSTOM_ERRORS) - RETIRED <= known


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ""),
        (b"\x01\x02", ""),
        (selector("Error(string)") + encode(["string"], ["own words"]), "own words"),
        (selector("Panic(uint256)") + encode(["uint256"], [0x11]), "an arithmetic operation overflowed (Panic 0x11)"),
        (selector("Panic(uint256)") + encode(["uint256"], [0x99]), "a check of the compiler failed (Panic 0x99)"),
        (
            selector("AddressEmptyCode(address)") + encode(["address"], [OWNERS[0]]),
            f"{OWNERS[0].lower()} has no code (AddressEmptyCode)",
        ),
        (selector("AddressEmptyCode(address)"), ""),
        (selector("SomethingElse()"), ""),
    ],
)
def test_revert_data_in_words(data, expected):
    """Known shapes are told, unknown ones are left to the caller."""
    assert explain_revert(data) == expected


@given(st.sampled_from([selector("Error(string)"), selector("Panic(uint256)"), b""]), st.binary(max_size=200))
def test_no_revert_data_breaks_the_reader(head, data):
    """Whatever a contract reverts with, the answer is text."""
    assert isinstance(explain_revert(head + data), str)
