"""Owners' signatures of a Safe transaction: whose they are, why one is no good, and how they are joined.

A Safe reads one blob: 65 bytes ``r || s || v`` an owner, ascending by owner address, then whatever contract owners
need.  ``v`` says what kind each is::

    27, 28   the owner's key signed the transaction hash (EIP-712)
    31, 32   the same key signed it as a text message (``eth_sign``); v was raised by 4
    1        the owner approved the hash on the chain or sends the transaction; r is the owner
    0        the owner is a contract (EIP-1271); r is the owner, s where its bytes begin in the blob

The Safe answers a wrong blob with ``GS026`` whatever the mistake.  :func:`judge` recomputes what an owner may have
signed instead and says it: another nonce, another chain, a text message.

Source: ``checkNSignatures`` in https://github.com/safe-global/safe-smart-account/blob/v1.5.0/contracts/Safe.sol
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Final

from upgrader.errors import InputError, NotReadyError
from upgrader.governance.safe import SafeAccount, SafeTransaction, safe_tx_hash
from upgrader.units import WORD, Address, ChainId, Hash32, address_from_word, keccak, word

SIGNATURE_BYTES: Final = 65
CONTRACT_BYTES_LIMIT: Final = 24_576
"""Most bytes a contract owner's signature may have here; a bound against hostile files, well above real ones."""

OWNERS_LIMIT: Final = 256
"""Most signatures that are read from one blob."""

NONCES_AHEAD: Final = 10
"""How far beyond the expected nonce a stray signature is looked for."""

_CURVE_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""Order of secp256k1.  Source: https://www.secg.org/sec2-v2.pdf, section 2.4.1."""

_V_KEY: Final = (27, 28)
_V_MESSAGE: Final = (31, 32)
_V_APPROVED: Final = 1
_V_CONTRACT: Final = 0
_MESSAGE_SHIFT: Final = 4


class SignatureKind(StrEnum):
    """How an owner agrees."""

    KEY = "key"
    MESSAGE = "message"
    APPROVED = "approved"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class SafeSignature:
    """One owner's agreement.

    Attributes:
        owner: Whose it is; recovered from the bytes, or claimed by them where the Safe itself asks the owner.
        data: The 65 bytes; of a contract owner, the bytes that its ``isValidSignature`` is given.
    """

    owner: Address
    kind: SignatureKind
    data: bytes


def recover(digest: Hash32, signature: bytes) -> SafeSignature:
    """Return whose signature of ``digest`` this is.

    Args:
        digest: The Safe transaction hash.
        signature: 65 bytes, or those of a contract owner followed by a length word and its bytes.

    Raises:
        InputError: The bytes are no signature; the message says in what way.
    """
    if len(signature) < SIGNATURE_BYTES:
        raise _malformed(f"it has {len(signature)} bytes, not {SIGNATURE_BYTES}")
    r, s, v = signature[:WORD], signature[WORD : 2 * WORD], signature[2 * WORD]
    if v == _V_CONTRACT and len(signature) > SIGNATURE_BYTES:
        return SafeSignature(_claimed(r), SignatureKind.CONTRACT, _dynamic(signature, int.from_bytes(s, "big")))
    if len(signature) != SIGNATURE_BYTES:
        raise _malformed(f"it has {len(signature)} bytes, not {SIGNATURE_BYTES}")
    if v == _V_APPROVED:
        return SafeSignature(_claimed(r), SignatureKind.APPROVED, signature)
    if v in _V_KEY:
        return SafeSignature(_signer(digest, r, s, v), SignatureKind.KEY, signature)
    if v in _V_MESSAGE:
        signer = _signer(_as_message(digest), r, s, v - _MESSAGE_SHIFT)
        return SafeSignature(signer, SignatureKind.MESSAGE, signature)
    raise _malformed(f"its last byte is {v}; a wallet gives 27 or 28 (31 or 32 for a text message)")


def approved(owner: Address) -> SafeSignature:
    """Return the entry for an owner who approved the hash on the chain, or who sends the transaction."""
    data = word(int(owner, 16)) + bytes(WORD) + bytes([_V_APPROVED])
    return SafeSignature(owner, SignatureKind.APPROVED, data)


def split(digest: Hash32, blob: bytes) -> tuple[SafeSignature, ...]:
    """Return the entries of a blob as the chain or a service holds it, in its order.

    Entries after the threshold may be unsorted on real chains; nothing is demanded of the order here.

    Raises:
        InputError: An entry is malformed.
    """
    end = len(blob)
    found: list[SafeSignature] = []
    begin = 0
    while begin + SIGNATURE_BYTES <= end and len(found) < OWNERS_LIMIT:
        part = blob[begin : begin + SIGNATURE_BYTES]
        if part[-1] == _V_CONTRACT:
            offset = int.from_bytes(part[WORD : 2 * WORD], "big")
            end = min(end, offset)
            found.append(SafeSignature(_claimed(part[:WORD]), SignatureKind.CONTRACT, _dynamic(blob, offset)))
        else:
            found.append(recover(digest, part))
        begin += SIGNATURE_BYTES
    return tuple(found)


def assemble(signatures: Iterable[SafeSignature], threshold: int) -> bytes:
    """Return the blob a Safe accepts: ascending by owner and exactly ``threshold`` entries long.

    Raises:
        InputError: One owner signed twice, which the Safe would count as a forgery.
        NotReadyError: Fewer owners than the threshold.
    """
    ordered = sorted(signatures, key=lambda signature: int(signature.owner, 16))
    for one, other in pairwise(ordered):
        if one.owner == other.owner:
            raise InputError(f"{one.owner} signed twice", remedy="keep one signature of every owner")
    if len(ordered) < threshold:
        raise NotReadyError(
            f"{len(ordered)} of {threshold} signatures are there", remedy="collect the missing signatures"
        )
    static, dynamic = b"", b""
    for signature in ordered[:threshold]:
        if signature.kind is not SignatureKind.CONTRACT:
            static += signature.data
            continue
        offset = threshold * SIGNATURE_BYTES + len(dynamic)
        static += word(int(signature.owner, 16)) + word(offset) + bytes([_V_CONTRACT])
        dynamic += word(len(signature.data)) + signature.data
    return static + dynamic


def judge(
    signature: bytes, safe: SafeAccount, transaction: SafeTransaction, owners: Collection[Address]
) -> SafeSignature:
    """Return the signature if one of ``owners`` made it for exactly this transaction.

    Raises:
        InputError: It is malformed, a stranger's, or an owner's for something else; the message says which.
    """
    found = recover(safe_tx_hash(safe, transaction), signature)
    if found.owner in owners:
        return found
    raise InputError(
        _explain(signature, safe, transaction, owners) or f"{found.owner} is not an owner of the Safe {safe.address}",
        remedy="ask an owner to sign the hash that `upgrader sign` shows, with the same Safe, chain and nonce",
    )


def _explain(signature: bytes, safe: SafeAccount, transaction: SafeTransaction, owners: Collection[Address]) -> str:
    """Return what an owner signed instead; empty when no guess fits."""
    if len(signature) != SIGNATURE_BYTES or signature[-1] not in _V_KEY + _V_MESSAGE:
        return ""
    for nonce in range(max(0, transaction.nonce - 1), transaction.nonce + NONCES_AHEAD + 1):
        owner = recover(safe_tx_hash(safe, replace(transaction, nonce=nonce)), signature).owner
        if owner in owners:
            return f"{owner} signed nonce {nonce}, but this transaction has nonce {transaction.nonce}"
    digest = safe_tx_hash(safe, transaction)
    last = signature[-1]
    swapped = signature[:-1] + bytes([last + _MESSAGE_SHIFT if last in _V_KEY else last - _MESSAGE_SHIFT])
    owner = recover(digest, swapped).owner
    if owner in owners:
        as_what = "a text message, so v must be 31 or 32" if last in _V_KEY else "typed data, so v must be 27 or 28"
        return f"{owner} signed the right hash as {as_what}, but v is {last}"
    for chain, name in ((1, "Ethereum mainnet"), (0, "no chain")):
        elsewhere = replace(safe, chain_id=ChainId(chain))
        owner = recover(safe_tx_hash(elsewhere, transaction), signature).owner
        if owner in owners:
            return f"{owner} signed for {name}, but the Safe is on chain {safe.chain_id}"
    return ""


def _signer(digest: Hash32, r: bytes, s: bytes, v: int) -> Address:
    from eth_keys.datatypes import Signature
    from eth_keys.exceptions import BadSignature
    from eth_utils.exceptions import ValidationError

    r_number, s_number = int.from_bytes(r, "big"), int.from_bytes(s, "big")
    if not 0 < r_number < _CURVE_ORDER or not 0 < s_number < _CURVE_ORDER:
        raise _malformed("r or s lies outside the curve")
    if s_number > _CURVE_ORDER // 2:
        raise _malformed("s is in the upper half of the curve order, so it was altered after signing (EIP-2)")
    try:
        public = Signature(vrs=(v - _V_KEY[0], r_number, s_number)).recover_public_key_from_msg_hash(digest)
    except (BadSignature, ValidationError) as error:
        raise _malformed("no key can have made it") from error
    return address_from_word(public.to_canonical_address())


def _as_message(digest: Hash32) -> Hash32:
    """Source: https://eips.ethereum.org/EIPS/eip-191, version 0x45."""
    return keccak(b"\x19Ethereum Signed Message:\n32" + digest)


def _claimed(r: bytes) -> Address:
    if any(r[:-20]):
        raise _malformed("it names an owner that is no address")
    return address_from_word(r)


def _dynamic(blob: bytes, offset: int) -> bytes:
    """Return the length-prefixed bytes at ``offset``, refusing what lies outside the blob."""
    begin = offset + WORD
    length = int.from_bytes(blob[offset:begin], "big") if offset >= SIGNATURE_BYTES and begin <= len(blob) else -1
    if not 0 <= length <= CONTRACT_BYTES_LIMIT or begin + length > len(blob):
        raise _malformed("the bytes of its contract owner lie outside the blob")
    return blob[begin : begin + length]


def _malformed(how: str) -> InputError:
    return InputError(f"this is not a signature of an owner: {how}", remedy="export the signature from the wallet anew")
