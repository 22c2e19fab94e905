"""Safe hashes against what others published, and against the contracts themselves."""

import json
from pathlib import Path

import pytest
from eth_account.messages import encode_typed_data
from hypothesis import given
from hypothesis import strategies as st
from real_parts import OWNERS, SAFES, LocalChain, deploy_safe

from upgrader.errors import InputError
from upgrader.governance.safe import (
    SafeAccount,
    SafeTransaction,
    domain_hash,
    message_hash,
    safe_tx_hash,
    typed_data,
)
from upgrader.governance.safe_storage import GUARD_SLOT, NONCE_SLOT, THRESHOLD_SLOT, owner_slot
from upgrader.units import ChainId, Wei, address, hex_bytes, hexed, word

VECTORS = Path(__file__).parents[1] / "vectors/governance/safe_hashes.json"
SUPERCHAIN = Path(__file__).parents[3] / "shared/vectors/governance/superchain_ops_tasks.json"

ACCOUNT = SafeAccount(address("0x" + "5a" * 20), ChainId(1), "1.4.1")
TRANSFER = SafeTransaction(address("0x" + "07" * 20), Wei(1), b"", nonce=7)

accounts = st.binary(min_size=20, max_size=20).map(lambda raw: address("0x" + raw.hex()))
numbers = st.integers(0, 2**256 - 1)
transactions = st.builds(
    SafeTransaction,
    *(accounts, numbers, st.binary(max_size=100), numbers, st.integers(0, 1), numbers, numbers, numbers, accounts),
    accounts,
)


def published():
    return json.loads(VECTORS.read_text())["safe_tx"]


@pytest.mark.parametrize("vector", published(), ids=lambda v: f"{v['safe_version']}-{v['safe_tx_hash'][:10]}")
def test_published_hashes_are_reproduced(vector):
    """Both halves and the hash equal those of safe-eth-py, safe-hash-rs and safe-tx-hashes-util."""
    account = SafeAccount(address(vector["safe"].lower()), ChainId(vector["chain_id"] or 0), vector["safe_version"])
    transaction = SafeTransaction(
        to=address(vector["to"]),
        value=Wei(int(vector["value"])),
        data=hex_bytes(vector["data"]),
        nonce=vector["nonce"],
        operation=vector["operation"],
        safe_tx_gas=vector["safeTxGas"],
        base_gas=vector["baseGas"],
        gas_price=vector["gasPrice"],
        gas_token=address(vector["gasToken"]),
        refund_receiver=address(vector["refundReceiver"]),
    )

    assert vector["domain_hash"] == hexed(domain_hash(account))
    assert vector["message_hash"] == hexed(message_hash(account, transaction))
    assert vector["safe_tx_hash"] == hexed(safe_tx_hash(account, transaction))


def superchain_entries():
    if not SUPERCHAIN.exists():
        return []
    tasks = json.loads(SUPERCHAIN.read_text())["tasks"]
    return [(task, entry) for task in tasks for entry in task["entries"]]


@pytest.mark.skipif(not SUPERCHAIN.exists(), reason="the shared superchain-ops vectors are not beside the project")
def test_every_superchain_domain_is_reproduced():
    """All 237 domain hashes that superchain-ops signers compared follow from chain and address."""
    found = 0
    for task, entry in superchain_entries():
        version = "1.3.0" if entry["domain_kind"] == "chainId+address" else "1.1.1"
        account = SafeAccount(address(entry["safe_recovered"].lower()), ChainId(task["chain_id"]), version)
        assert entry["domain_hash"] == hexed(domain_hash(account)), task["task"]
        found += 1

    assert found == 237


@pytest.mark.skipif(not SUPERCHAIN.exists(), reason="the shared superchain-ops vectors are not beside the project")
def test_every_recomputable_superchain_message_is_reproduced():
    """The 190 message hashes that follow from their files are reproduced, those of nested Safes too."""
    found = 0
    for task, entry in superchain_entries():
        if not entry.get("message_verified"):
            continue
        transaction = SafeTransaction(
            to=address(entry["to"].lower()),
            value=Wei(0),
            data=hex_bytes(entry.get("child_calldata") or task["calldata"]),
            nonce=entry["nonce"],
            operation=entry["operation"],
        )
        account = SafeAccount(address(entry["safe_recovered"].lower()), ChainId(task["chain_id"]), "1.3.0")
        assert entry["message_hash"] == hexed(message_hash(account, transaction)), task["task"]
        found += 1

    assert found == 190


@given(transactions, st.sampled_from(["0.1.0", "1.0.0", "1.1.1", "1.3.0+L2", "1.4.1", "1.5.0"]), st.integers(1, 2**64))
def test_the_wallet_document_hashes_to_the_same(transaction, version, chain_id):
    """What a wallet hashes from the typed data is what we say it signs (eth-account as the wallet)."""
    account = SafeAccount(ACCOUNT.address, ChainId(chain_id), version)
    document = json.loads(json.dumps(typed_data(account, transaction)))
    signable = encode_typed_data(full_message=document)

    assert (signable.header, signable.body) == (domain_hash(account), message_hash(account, transaction))


@pytest.mark.parametrize("version", SAFES)
def test_real_safes_agree(chain: LocalChain, version):
    """``getTransactionHash`` and ``domainSeparator`` of the published bytecode answer the same."""
    safe = deploy_safe(chain, version)
    account = SafeAccount(safe, chain.chain_id(), version)
    transaction = SafeTransaction(OWNERS[1], Wei(5), b"\x12\x34", 3, 1, 10, 20, 30, OWNERS[0], OWNERS[2])
    kinds = "address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,uint256"

    assert domain_hash(account) == chain.call(safe, "domainSeparator()")
    assert safe_tx_hash(account, transaction) == chain.call(safe, f"getTransactionHash({kinds})", *transaction.fields())


@pytest.mark.parametrize("version", SAFES)
def test_slots_are_where_real_safes_keep_them(chain: LocalChain, version):
    """Threshold, nonce, owners ring and guard are read from the slots of every version."""
    safe = deploy_safe(chain, version)
    stored = {
        slot: hex_bytes(chain.rpc("eth_getStorageAt", safe, hex(slot), "latest"))
        for slot in (THRESHOLD_SLOT, NONCE_SLOT, GUARD_SLOT, owner_slot(OWNERS[0]))
    }

    assert stored == {
        THRESHOLD_SLOT: word(2),
        NONCE_SLOT: word(0),
        GUARD_SLOT: word(0),
        owner_slot(OWNERS[0]): word(int(OWNERS[1], 16)),
    }


@pytest.mark.parametrize("version", ["", "1.6.0", "2.0.0", "0.0.9", "1.4", "1.4.1; rm"])
def test_unknown_versions_are_refused(version):
    """A hash in a wrong dialect would be signed in vain, so an unknown version is an error."""
    with pytest.raises(InputError, match="not one whose hashes are known"):
        domain_hash(SafeAccount(ACCOUNT.address, ChainId(1), version))


@pytest.mark.parametrize("field", [{"nonce": -1}, {"value": Wei(2**256)}, {"operation": 256}])
def test_fields_that_do_not_fit_are_refused(field):
    """A number outside its type names the field."""
    from dataclasses import replace

    with pytest.raises(InputError, match=next(iter(field))):
        message_hash(ACCOUNT, replace(TRANSFER, **field))


def test_every_field_counts():
    """Changing any one field changes the message hash."""
    from dataclasses import fields, replace

    other = {"to": OWNERS[0], "data": b"x", "gas_token": OWNERS[0], "refund_receiver": OWNERS[0]}
    hashes = {
        message_hash(ACCOUNT, replace(TRANSFER, **{field.name: other.get(field.name, 99)}))
        for field in fields(SafeTransaction)
    }

    assert len(hashes | {message_hash(ACCOUNT, TRANSFER)}) == 11
