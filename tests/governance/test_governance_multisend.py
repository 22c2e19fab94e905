"""Batches: packed as the library reads them, unfolded for signers, refused when they would give the Safe away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from real_parts import DEPLOYER, KEYS, OWNERS, SAFES, LocalChain, deploy_safe, safe_part, sign

from upgrader.calls import Call, encode_call
from upgrader.errors import InputError
from upgrader.governance.multisend import ADDRESSES, CODE_HASHES, calls_of, inner_calls, multi_send_call
from upgrader.governance.safe import DELEGATECALL, SafeAccount, SafeTransaction, exec_transaction_call, safe_tx_hash
from upgrader.governance.signatures import assemble, recover
from upgrader.units import Wei, address, hex_bytes, hexed, keccak

LIBRARY = next(iter(ADDRESSES))
FIRST = Call(address("0x" + "11" * 20), b"\xaa" * 33, Wei(3))
SECOND = Call(address("0x" + "22" * 20), b"", Wei(0))

calls = st.lists(
    st.builds(
        Call,
        st.binary(min_size=20, max_size=20).map(lambda raw: address(hexed(raw))),
        st.binary(max_size=70),
        st.integers(0, 2**256 - 1),
    ),
    max_size=5,
)


@given(calls)
def test_unfolding_inverts_folding(inner):
    """The calls that go into a batch come out of it."""
    assert tuple(inner) == inner_calls(multi_send_call(LIBRARY, inner).data)


@given(calls.filter(bool), st.data())
def test_a_batch_that_is_cut_short_is_refused(inner, data):
    """Packed bytes without their end never decode to fewer calls silently."""
    packed = b"".join(_packed(call) for call in inner)
    cut = data.draw(st.integers(1, len(packed) - 1).filter(lambda at: packed[:at] not in _prefixes(inner)))

    with pytest.raises(InputError, match="cut short"):
        inner_calls(encode_call("multiSend(bytes)", packed[:cut]))


def test_an_inner_delegatecall_is_refused():
    """MultiSendCallOnly would revert on it; the older MultiSend would obey."""
    packed = b"\x01" + _packed(FIRST)[1:]

    with pytest.raises(InputError, match="inner call 1 of multiSend is a delegatecall"):
        inner_calls(encode_call("multiSend(bytes)", packed))


def test_signers_see_the_inner_calls():
    """A delegated batch unfolds to the calls the Safe makes."""
    batch = multi_send_call(LIBRARY, (FIRST, SECOND))

    unfolded = calls_of(SafeTransaction(LIBRARY, Wei(0), batch.data, 0, DELEGATECALL))

    assert unfolded == (FIRST, SECOND)


def test_delegating_to_anything_else_is_refused():
    """Foreign code would own the Safe."""
    with pytest.raises(InputError, match="gives foreign code the Safe"):
        calls_of(SafeTransaction(OWNERS[0], Wei(0), b"", 0, DELEGATECALL))


def test_calling_the_library_without_delegating_is_refused():
    """Its inner calls would come from the library, and nothing would revert."""
    with pytest.raises(InputError, match="without delegating"):
        calls_of(SafeTransaction(LIBRARY, Wei(0), multi_send_call(LIBRARY, (FIRST,)).data, 0))


@pytest.mark.parametrize("version", SAFES)
def test_the_published_library_makes_the_calls_as_the_safe(chain: LocalChain, version):
    """Two owner changes in one batch take effect, and the library's code hash is the known one."""
    safe = deploy_safe(chain, version)
    library = chain.deploy(safe_part(version, "libraries/MultiSendCallOnly.sol/MultiSendCallOnly"))
    batch = multi_send_call(
        library,
        (
            Call(safe, encode_call("addOwnerWithThreshold(address,uint256)", DEPLOYER, 2)),
            Call(safe, encode_call("changeThreshold(uint256)", 4)),
        ),
    )
    transaction = SafeTransaction(library, Wei(0), batch.data, 0, DELEGATECALL)
    digest = safe_tx_hash(SafeAccount(safe, chain.chain_id(), version), transaction)
    blob = assemble([recover(digest, sign(digest, key)) for key in KEYS], 2)

    assert chain.send(exec_transaction_call(safe, transaction, blob)).status

    assert chain.call(safe, "getThreshold()") == (4).to_bytes(32)
    code = hex_bytes(chain.rpc("eth_getCode", library, "latest"))
    assert version == CODE_HASHES[hexed(keccak(code))]


def _packed(call):
    return b"\x00" + bytes.fromhex(call.to[2:]) + call.value.to_bytes(32) + len(call.data).to_bytes(32) + call.data


def _prefixes(inner):
    return {b"".join(_packed(call) for call in inner[:count]) for count in range(len(inner) + 1)}
