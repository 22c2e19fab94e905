"""One owner's signature as a file: ``signatures/<action>-<owner>.json``.

The file says what was signed, so that a person can read it, but only the 65 bytes are believed: the owner is
recovered from them over the hash that the plan gives.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from upgrader.errors import InputError
from upgrader.governance.signatures import SafeSignature, judge
from upgrader.plan.governing import Action, Governing
from upgrader.plan.reading import STRICT, AddressField, BytesField, HashField, read_as, written
from upgrader.units import Address


@dataclass(frozen=True, slots=True)
class SignatureFile:
    """A signature and what it is for.

    Attributes:
        upgrade: Name of the plan.
        action: ``schedule`` or ``cancel``.
        safe: The Safe.
        nonce: Of the Safe transaction.
        safe_tx_hash: What was signed.
        owner: Whose it is.
        signature: ``r || s || v``.
    """

    __pydantic_config__ = STRICT
    upgrade: str
    action: Action
    safe: AddressField
    nonce: int
    safe_tx_hash: HashField
    owner: AddressField
    signature: BytesField
    schema: Literal["upgrader.signature/1"] = "upgrader.signature/1"

    @property
    def path(self) -> str:
        """Where it lies in the bundle."""
        return f"signatures/{self.action.value}-{self.nonce}-{self.owner.lower()}.json"


def signature_file(governing: Governing, action: Action, signature: bytes) -> SignatureFile:
    """Verify a signature and return its file.

    Raises:
        InputError: It is malformed, a stranger's, or for something else than this plan, Safe and nonce.
    """
    found = _judged(governing, action, signature)
    transaction, safe = governing.transaction(action), governing.safe
    if safe is None:
        raise InputError("no Safe takes part in this plan", remedy="nothing is to be signed")
    digest = governing.safe_tx_hash(action)
    return SignatureFile(governing.plan.name, action, safe.address, transaction.nonce, digest, found.owner, signature)


def write_signature(file: SignatureFile) -> dict[str, Any]:
    """Return the file's JSON."""
    return written(SignatureFile, file)


def read_signature(tree: Mapping[str, Any], governing: Governing, *, where: str) -> SignatureFile:
    """Read a file that somebody handed over, and verify its signature against the plan at the nonce it claims.

    A file for another nonce than the present one is kept and not counted: the Safe may not be there yet, or no more.

    Raises:
        InputError: Its shape is wrong, or its signature is not what it claims.
    """
    claimed = read_as(SignatureFile, tree, where=where)
    if claimed.upgrade != governing.plan.name:
        raise InputError(
            f"it is a signature for {claimed.upgrade}, not for {governing.plan.name}",
            remedy="take the file of this upgrade, or ask the owner for it",
            where=where,
        )
    verified = signature_file(replace(governing, nonce=claimed.nonce), claimed.action, claimed.signature)
    if verified != claimed:
        raise InputError(
            f"the file claims {claimed.owner} signed {claimed.upgrade} at nonce {claimed.nonce}, "
            f"the signature is of {verified.owner} for {verified.upgrade} at nonce {verified.nonce}",
            remedy="ask the owner for the file again",
            where=where,
        )
    return verified


def collected(files: Iterable[SignatureFile], governing: Governing, action: Action) -> tuple[SafeSignature, ...]:
    """Return the verified signatures of one action at the present nonce, each owner once."""
    mine = [file for file in files if file.action is action and file.nonce == governing.nonce]
    return tuple({file.owner: _judged(governing, action, file.signature) for file in mine}.values())


def missing(owners: Collection[Address], signatures: Iterable[SafeSignature]) -> tuple[Address, ...]:
    """Return the owners who have not signed."""
    signed = {signature.owner for signature in signatures}
    return tuple(owner for owner in owners if owner not in signed)


def _judged(governing: Governing, action: Action, signature: bytes) -> SafeSignature:
    safe, state = governing.safe, governing.plan.state.safe
    if safe is None or state is None:
        raise InputError("no Safe takes part in this plan", remedy="nothing is to be signed")
    return judge(signature, safe, governing.transaction(action), state.owners)
