"""Safe transactions: what owners sign, and the calls that carry it out.

A Safe executes a transaction once enough owners signed its EIP-712 hash.  The hash has two halves, which are also
the two values that a hardware wallet shows: the *domain hash* names the Safe (and, since 1.3.0, the chain), the
*message hash* names the transaction::

    safe_tx_hash = keccak256(0x19 || 0x01 || domain_hash || message_hash)

Two things changed over the versions, and the table :data:`DIALECTS` is all there is to know about them: ``dataGas``
became ``baseGas`` in 1.0.0, and the domain gained its chain id in 1.3.0.

Sources: https://eips.ethereum.org/EIPS/eip-712 and ``Safe.sol`` of https://github.com/safe-global/safe-smart-account
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from upgrader.calls import Call, encode_call
from upgrader.errors import InputError
from upgrader.units import WORD, ZERO_ADDRESS, Address, ChainId, Hash32, Wei, hexed, keccak, word

CALL: Final = 0
"""``operation`` of an ordinary message call."""

DELEGATECALL: Final = 1
"""``operation`` that runs foreign code *as* the Safe, with its storage."""

EXEC_TRANSACTION: Final = "execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)"
APPROVE_HASH: Final = "approveHash(bytes32)"

_ADDRESS_BYTES: Final = 20
_VERSION = re.compile(r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:[+-][\w.]{1,32})?")


@dataclass(frozen=True, slots=True)
class SafeAccount:
    """A Safe, as far as its hashes depend on it.

    Attributes:
        version: What its ``VERSION()`` answers; a suffix such as ``+L2`` does not matter.
    """

    address: Address
    chain_id: ChainId
    version: str


@dataclass(frozen=True, slots=True)
class SafeTransaction:
    """The ten fields that owners sign.

    Attributes:
        operation: :data:`CALL` or :data:`DELEGATECALL`.
        safe_tx_gas: Gas for the inner call.  Zero makes a failing inner call revert the whole transaction; anything
            else lets it succeed with an ``ExecutionFailure`` event, so plans use zero.
        base_gas: Gas refunded beside the inner call (``dataGas`` before 1.0.0).
        gas_price: Refund per gas unit; zero for no refund.
        gas_token: Token of the refund; the zero address for ether.
        refund_receiver: Who is refunded; the zero address for whoever executes.
    """

    to: Address
    value: Wei
    data: bytes
    nonce: int
    operation: int = CALL
    safe_tx_gas: int = 0
    base_gas: int = 0
    gas_price: int = 0
    gas_token: Address = ZERO_ADDRESS
    refund_receiver: Address = ZERO_ADDRESS

    def fields(self) -> tuple[Any, ...]:
        """Return the ten values in the order of the signed struct."""
        return (
            *(self.to, self.value, self.data, self.operation, self.safe_tx_gas, self.base_gas, self.gas_price),
            *(self.gas_token, self.refund_receiver, self.nonce),
        )


@dataclass(frozen=True, slots=True)
class Dialect:
    """How Safes hash from one version on.

    Attributes:
        since: First version.
        domain: EIP-712 type of the domain.
        transaction: EIP-712 type of the transaction.
    """

    since: tuple[int, int, int]
    domain: str
    transaction: str


_DOMAIN_OF_ADDRESS: Final = "EIP712Domain(address verifyingContract)"
_DOMAIN_OF_CHAIN: Final = "EIP712Domain(uint256 chainId,address verifyingContract)"
_TRANSACTION: Final = (
    "SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256 baseGas,"
    "uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce)"
)

DIALECTS: Final = (
    Dialect((0, 1, 0), _DOMAIN_OF_ADDRESS, _TRANSACTION.replace("baseGas", "dataGas")),
    Dialect((1, 0, 0), _DOMAIN_OF_ADDRESS, _TRANSACTION),
    Dialect((1, 3, 0), _DOMAIN_OF_CHAIN, _TRANSACTION),
)
"""Oldest first; the last whose ``since`` is not above the version applies."""

NEWEST: Final = (1, 5)
"""Newest major and minor version whose contracts were run against these hashes."""


def dialect(version: str) -> Dialect:
    """Return how a Safe of ``version`` hashes.

    Raises:
        InputError: The version is no version, or one whose hashing is not known here.
    """
    match = _VERSION.fullmatch(version)
    number = (int(match[1]), int(match[2]), int(match[3])) if match else (0, 0, 0)
    known = [d for d in DIALECTS if d.since <= number]
    if not known or number[:2] > NEWEST:
        raise InputError(
            f"Safe version {version[:40]!r} is not one whose hashes are known",
            remedy="use a Safe of version 0.1.0 to 1.5.x, or a release of upgrader that knows this one",
        )
    return known[-1]


def domain_hash(safe: SafeAccount) -> Hash32:
    """Return the half of the hash that names the Safe and its chain."""
    kind = dialect(safe.version).domain
    chain = word(safe.chain_id) if kind == _DOMAIN_OF_CHAIN else b""
    return keccak(keccak(kind.encode()) + chain + _address_word(safe.address))


def message_hash(safe: SafeAccount, transaction: SafeTransaction) -> Hash32:
    """Return the half of the hash that names the transaction.

    Raises:
        InputError: A field does not fit its type, such as a negative nonce.
    """
    kind = dialect(safe.version).transaction
    members = zip(_members(kind), transaction.fields(), strict=True)
    return keccak(keccak(kind.encode()) + b"".join(_word_of(name, of, value) for (name, of), value in members))


def safe_tx_hash(safe: SafeAccount, transaction: SafeTransaction) -> Hash32:
    """Return what the Safe's ``getTransactionHash`` returns and its owners sign."""
    return keccak(b"\x19\x01" + domain_hash(safe) + message_hash(safe, transaction))


def typed_data(safe: SafeAccount, transaction: SafeTransaction) -> Mapping[str, Any]:
    """Return the transaction as the EIP-712 document that wallets sign.

    Numbers of 256 bits are decimal text, because JavaScript wallets cannot hold them.

    Source: https://eips.ethereum.org/EIPS/eip-712#specification-of-the-eth_signtypeddata-json-rpc
    """
    how = dialect(safe.version)
    domain: dict[str, Any] = {"verifyingContract": safe.address}
    if how.domain == _DOMAIN_OF_CHAIN:
        domain = {"chainId": int(safe.chain_id), **domain}
    message = {
        name: hexed(value) if of == "bytes" else str(value) if of == "uint256" else value
        for (name, of), value in zip(_members(how.transaction), transaction.fields(), strict=True)
    }
    types = {
        "EIP712Domain": [{"name": name, "type": of} for name, of in _members(how.domain)],
        "SafeTx": [{"name": name, "type": of} for name, of in _members(how.transaction)],
    }
    return {"types": types, "primaryType": "SafeTx", "domain": domain, "message": message}


def exec_transaction_call(safe: Address, transaction: SafeTransaction, signatures: bytes) -> Call:
    """Return the call that carries out a signed transaction; anybody may send it.

    Args:
        safe: The Safe.
        transaction: What was signed.
        signatures: Ascending by owner, as :func:`upgrader.governance.signatures.assemble` joins them.
    """
    fields = transaction.fields()[:-1]
    data = encode_call(EXEC_TRANSACTION, *fields, signatures)
    return Call(safe, data, label=f"Safe {safe} executes its transaction {transaction.nonce}")


def approve_hash_call(safe: Address, digest: Hash32, owner: Address) -> Call:
    """Return the call by which ``owner`` approves a transaction on the chain instead of signing it."""
    return Call(safe, encode_call(APPROVE_HASH, digest), sender=owner, label=f"owner {owner} approves {hexed(digest)}")


def _members(kind: str) -> tuple[tuple[str, str], ...]:
    """Return ``(name, type)`` of each member of an EIP-712 struct without nested structs."""
    inside = kind[kind.index("(") + 1 : -1]
    return tuple((member.split(" ")[1], member.split(" ")[0]) for member in inside.split(","))


def _word_of(name: str, of: str, value: Any) -> bytes:
    match of:
        case "bytes":
            return keccak(value)
        case "address":
            return _address_word(value)
        case _:
            bits = int(of.removeprefix("uint"))
            if not 0 <= value < 1 << bits:
                raise InputError(
                    f"{name} {value} of the Safe transaction does not fit {of}", remedy=f"give 0 to 2**{bits} - 1"
                )
            return word(value)


def _address_word(address: Address) -> bytes:
    return bytes(WORD - _ADDRESS_BYTES) + bytes.fromhex(address[2:])
