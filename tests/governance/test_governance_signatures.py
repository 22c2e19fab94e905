"""Signatures: recovered, judged, joined, and accepted by real Safes."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from real_parts import DEPLOYER, KEYS, OWNERS, SAFES, LocalChain, deploy_safe, sign

from upgrader.errors import InputError, NotReadyError
from upgrader.governance.safe import (
    SafeAccount,
    SafeTransaction,
    approve_hash_call,
    exec_transaction_call,
    safe_tx_hash,
)
from upgrader.governance.signatures import (
    SafeSignature,
    SignatureKind,
    approved,
    assemble,
    judge,
    recover,
    split,
)
from upgrader.units import ChainId, Wei, address, hex_bytes, keccak, word

VECTORS = Path(__file__).parents[1] / "vectors/governance/safe_hashes.json"
SAFE = SafeAccount(address("0x" + "5a" * 20), ChainId(10), "1.4.1")
UPGRADE = SafeTransaction(address("0x" + "07" * 20), Wei(0), b"\x01\x02", nonce=7)
DIGEST = safe_tx_hash(SAFE, UPGRADE)
CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
CONTRACT_OWNER = address("0x" + "c0" * 20)
SUCCESS = keccak(b"ExecutionSuccess(bytes32,uint256)")


def signed_by(number, digest=DIGEST):
    return recover(digest, sign(digest, KEYS[number]))


def as_message(digest, key):
    raw = sign(keccak(b"\x19Ethereum Signed Message:\n32" + digest), key)
    return raw[:-1] + bytes([raw[-1] + 4])


def test_signatures_of_a_real_transaction_are_recovered():
    """The two owners that Safe's transaction service names signed mainnet Safe nonce 63."""
    (entry,) = json.loads(VECTORS.read_text())["signed"]
    digest = hex_bytes(entry["safeTxHash"])
    expected = {item["owner"] for item in entry["confirmations"]}

    assert expected == {recover(digest, hex_bytes(item["signature"])).owner for item in entry["confirmations"]}
    assert expected == {signature.owner for signature in split(digest, hex_bytes(entry["signatures"]))}


@pytest.mark.parametrize("number", range(3))
def test_a_key_signature_is_its_owners(number):
    """EIP-712 signatures recover to the address of the key."""
    assert SafeSignature(OWNERS[number], SignatureKind.KEY, sign(DIGEST, KEYS[number])) == signed_by(number)


def test_a_message_signature_is_its_owners():
    """``eth_sign`` signatures with v raised by four recover as well."""
    found = recover(DIGEST, as_message(DIGEST, KEYS[0]))

    assert (OWNERS[0], SignatureKind.MESSAGE) == (found.owner, found.kind)


@given(st.permutations([0, 1, 2]), st.integers(1, 3))
def test_the_blob_is_ascending_and_exactly_threshold_long(order, threshold):
    """Whatever the order of arrival, the Safe gets ``threshold`` entries ascending by owner."""
    blob = assemble([signed_by(number) for number in order], threshold)
    owners = [int(signature.owner, 16) for signature in split(DIGEST, blob)]

    assert threshold * 65 == len(blob)
    assert sorted(owners) == owners


def test_a_contract_owner_travels_behind_the_static_part():
    """An EIP-1271 signature keeps its bytes through joining and splitting."""
    contract = SafeSignature(CONTRACT_OWNER, SignatureKind.CONTRACT, b"any bytes it understands")
    blob = assemble([contract, signed_by(0)], 2)

    assert {contract, signed_by(0)} == set(split(DIGEST, blob))


def test_one_owner_cannot_sign_twice():
    """The Safe would count the second as a forgery, so it is refused by name."""
    with pytest.raises(InputError, match=f"{OWNERS[0]} signed twice"):
        assemble([signed_by(0), recover(DIGEST, as_message(DIGEST, KEYS[0]))], 2)


def test_too_few_signatures_are_not_ready():
    """A missing signature is a matter of waiting, not a mistake."""
    with pytest.raises(NotReadyError, match="1 of 2"):
        assemble([signed_by(0)], 2)


@pytest.mark.parametrize(("nonce", "expected"), [(6, "signed nonce 6"), (8, "signed nonce 8"), (17, "signed nonce 17")])
def test_a_signature_for_another_nonce_says_so(nonce, expected):
    """The Safe's GS026 becomes the nonce that was signed."""
    raw = sign(safe_tx_hash(SAFE, replace(UPGRADE, nonce=nonce)), KEYS[0])

    with pytest.raises(InputError, match=f"{OWNERS[0]} {expected}, but this transaction has nonce 7"):
        judge(raw, SAFE, UPGRADE, OWNERS)


def test_a_signature_for_mainnet_says_so():
    """A wallet on the wrong chain is named."""
    raw = sign(safe_tx_hash(replace(SAFE, chain_id=ChainId(1)), UPGRADE), KEYS[1])

    with pytest.raises(InputError, match="signed for Ethereum mainnet, but the Safe is on chain 10"):
        judge(raw, SAFE, UPGRADE, OWNERS)


def test_a_message_signature_without_raised_v_says_so():
    """``eth_sign`` output pasted as it came is recognised."""
    raw = as_message(DIGEST, KEYS[0])
    raw = raw[:-1] + bytes([raw[-1] - 4])

    with pytest.raises(InputError, match="v must be 31 or 32"):
        judge(raw, SAFE, UPGRADE, OWNERS)


def test_a_stranger_is_a_stranger():
    """A good signature of somebody else names who it was."""
    with pytest.raises(InputError, match=f"{OWNERS[2]} is not an owner"):
        judge(sign(DIGEST, KEYS[2]), SAFE, UPGRADE, OWNERS[:2])


def test_an_owners_signature_is_returned():
    """A good signature passes."""
    assert signed_by(1) == judge(sign(DIGEST, KEYS[1]), SAFE, UPGRADE, OWNERS)


MALFORMED = {
    "short": (bytes(64), "64 bytes"),
    "long": (bytes(64) + b"\x1b\x00", "66 bytes"),
    "zero": (bytes(64) + b"\x1b", "outside the curve"),
    "raw v": (bytes(64) + b"\x02", "last byte is 2"),
    "high s": (word(1) + word(CURVE_ORDER - 1) + b"\x1b", "upper half"),
    "no point": (word(5) + word(1) + b"\x1b", "no key"),
    "dirty owner": (b"\xff" * 32 + bytes(32) + b"\x01", "no address"),
    "contract bytes outside": (word(1) + word(2**255) + b"\x00" + bytes(32), "outside the blob"),
    "contract length too large": (word(1) + word(65) + b"\x00" + word(2**200), "outside the blob"),
    "contract bytes inside the head": (word(1) + word(0) + b"\x00" + word(0), "outside the blob"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_signatures_name_the_defect(case):
    """Bytes that no wallet makes are refused in words."""
    raw, expected = MALFORMED[case]

    with pytest.raises(InputError, match=expected):
        recover(DIGEST, raw)


@given(st.binary(max_size=400))
def test_no_blob_breaks_the_reader(blob):
    """Arbitrary bytes either split into at most one entry per 65 bytes or are refused."""
    try:
        found = split(DIGEST, blob)
    except InputError:
        return
    assert len(found) <= len(blob) // 65


@pytest.mark.parametrize("version", SAFES)
def test_real_safes_accept_the_blob(chain: LocalChain, version):
    """A key, a text message and an approval on the chain execute together in a Safe that wants three."""
    safe = deploy_safe(chain, version, threshold=3)
    account = SafeAccount(safe, chain.chain_id(), version)
    transaction = SafeTransaction(DEPLOYER, Wei(0), b"", nonce=0)
    digest = safe_tx_hash(account, transaction)
    assert chain.send(approve_hash_call(safe, digest, OWNERS[2])).status
    parts = [sign(digest, KEYS[0]), as_message(digest, KEYS[1]), approved(OWNERS[2]).data]

    blob = assemble([judge(part, account, transaction, OWNERS) for part in parts], 3)
    receipt = chain.send(exec_transaction_call(safe, transaction, blob))

    assert receipt.status
    assert SUCCESS in {log.topics[0] for log in receipt.logs}


def test_a_real_safe_may_own_another(chain: LocalChain):
    """A nested Safe's EIP-1271 signature is accepted where the blob puts it."""
    child = deploy_safe(chain, "1.4.1", OWNERS, 1)
    parent = deploy_safe(chain, "1.4.1", (child, OWNERS[0]), 2)
    account = SafeAccount(parent, chain.chain_id(), "1.4.1")
    transaction = SafeTransaction(DEPLOYER, Wei(0), b"", nonce=0)
    digest = safe_tx_hash(account, transaction)
    # The child signs the message "the data that the parent hashes", as its fallback handler asks for it.
    message = chain.call(
        parent,
        "encodeTransactionData(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,uint256)",
        *transaction.fields(),
    )
    from eth_abi.abi import decode

    (preimage,) = decode(["bytes"], message)
    assert digest == keccak(preimage)
    (inner,) = decode(["bytes32"], chain.call(child, "getMessageHash(bytes)", preimage))
    contract = SafeSignature(child, SignatureKind.CONTRACT, sign(inner, KEYS[1]))

    blob = assemble([contract, recover(digest, sign(digest, KEYS[0]))], 2)

    assert chain.send(exec_transaction_call(parent, transaction, blob)).status
