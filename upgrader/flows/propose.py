"""``propose`` and ``sign``: from a plan to what owners sign, and from their signatures to files."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from upgrader.errors import BlockedError, InputError, MismatchError, NotReadyError
from upgrader.findings import Finding
from upgrader.flows.evidence import BUILDER, FINDINGS, SIMULATION, read_findings
from upgrader.flows.opened import PROPOSAL, Opened, require_fresh, safe_of, stand, typed_fields
from upgrader.governance.safe import typed_data
from upgrader.governance.tx_builder import transaction_builder
from upgrader.plan.governing import Action, Governing
from upgrader.plan.signature_file import SignatureFile, read_signature, signature_file, write_signature
from upgrader.ports import Chain, Signer
from upgrader.units import Address


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal as it was written.

    Attributes:
        governing: The plan at its nonce.
        files: What was written, relative to the bundle.
    """

    governing: Governing
    files: tuple[str, ...]


def propose(opened: Opened, chain: Chain, *, nonce: int | None = None) -> Proposed:
    """Fix the Safe nonce and write what owners sign: to schedule an upgrade, or to cancel a scheduled one.

    Args:
        opened: A checked and simulated upgrade.
        chain: The chain it is for.
        nonce: The Safe's nonce to use; None for its present one.

    Raises:
        BlockedError: A check or the simulation forbids it.
        NotReadyError: It was not simulated yet.
        MismatchError: The plan is stale, or the nonce is used already.
    """
    if stand(opened, chain).ready_at is None:
        require_judged(opened)
        require_fresh(opened.plan, chain)
    # What is scheduled can only be cancelled, and that even where a check or the chain speaks against it by now.
    safe = safe_of(opened.plan, chain)
    current = safe.nonce if safe else 0
    chosen = current if nonce is None else nonce
    if chosen < current:
        raise MismatchError(f"nonce {chosen} of the Safe is used already", remedy=f"give {current} or more")
    governing = Governing(opened.plan, chosen)
    opened.bundle.write_json(PROPOSAL, proposal_document(governing))
    written = [PROPOSAL]
    if governing.safe is not None:
        builder = transaction_builder(
            (governing.proposed(Action.SCHEDULE),) if governing.operation else opened.plan.calls,
            chain_id=opened.plan.state.chain_id,
            safe=governing.safe.address,
            name=opened.plan.name,
            description=opened.plan.summary,
        )
        opened.bundle.write_json(BUILDER, builder)
        written.append(BUILDER)
    opened.bundle.seal()
    return Proposed(governing, tuple(written))


def proposal_document(governing: Governing) -> dict[str, Any]:
    """Return ``proposal.json``: every hash, and the typed data of each action."""
    document: dict[str, Any] = {
        "schema": "upgrader.proposal/1",
        "upgrade": governing.plan.name,
        "nonce": governing.nonce,
        "hashes": dict(governing.hashes()),
    }
    if governing.safe is not None:
        actions = [Action.SCHEDULE, Action.CANCEL] if governing.operation else [Action.SCHEDULE]
        document["actions"] = {
            action.value: {
                "hashes": dict(governing.hashes(action)),
                "transaction": typed_fields(governing, action),
                "typedData": typed_data(governing.safe, governing.transaction(action)),
            }
            for action in actions
        }
    return document


def sign(opened: Opened, signer: Signer, action: Action = Action.SCHEDULE) -> SignatureFile:
    """Sign one action, verify the signature as a stranger would, and write its file.

    Raises:
        NotReadyError: Nothing was proposed yet.
        InputError: The signer is not an owner, or has signed already.
    """
    governing = require_proposed(opened)
    if governing.safe is None:
        raise NotReadyError("no Safe takes part: nothing is to be signed", remedy="run `upgrader schedule`")
    # Asked before the key is: a device should not be bothered for what is there.
    _require_first(opened, signer.address, action)
    signature = signer.sign_typed_data(typed_data(governing.safe, governing.transaction(action)))
    return add_signature(opened, signature, action)


def add_signature(opened: Opened, signature: bytes, action: Action) -> SignatureFile:
    """Verify a signature made elsewhere and write its file.

    Raises:
        NotReadyError: Nothing was proposed yet.
        InputError: It is no signature of an owner for this, or that owner's is there already.
    """
    file = signature_file(require_proposed(opened), action, signature)
    _require_first(opened, file.owner, action)
    opened.bundle.write_json(file.path, write_signature(file))
    return file


def _require_first(opened: Opened, owner: Address, action: Action) -> None:
    """Refuse a second signature of one owner: a Safe counts it as a forgery, a person as one more that is there."""
    if any(signature.owner == owner for signature in opened.signatures(action)):
        raise InputError(
            f"{owner} has signed to {action.value} {opened.plan.name} already",
            remedy=f"ask another owner; `upgrader signatures {opened.plan.name}` lists who is missing",
        )


def require_proposed(opened: Opened) -> Governing:
    """Return the plan at its proposed nonce.

    Raises:
        NotReadyError: Nothing was proposed yet.
        MismatchError: The proposal's hashes are not those of the plan.
    """
    if not opened.proposed:
        raise NotReadyError(
            f"{opened.plan.name} is not proposed yet", remedy=f"run `upgrader propose {opened.plan.name}`"
        )
    governing = opened.governing()
    claimed = opened.bundle.read_json(PROPOSAL).get("hashes")
    if claimed != dict(governing.hashes()):
        raise MismatchError("the proposal's hashes are not those of the plan", remedy="propose again", where=PROPOSAL)
    return governing


def require_judged(opened: Opened) -> tuple[Finding, ...]:
    """Return the findings of checks and simulation if they allow going on.

    Raises:
        NotReadyError: The plan was not simulated, or the evidence is of another plan.
        BlockedError: A finding forbids it.
    """
    plan, bundle = opened.plan, opened.bundle
    for path, command in ((FINDINGS, "plan"), (SIMULATION, "simulate")):
        if not bundle.exists(path):
            raise NotReadyError(f"{plan.name} has no {path}", remedy=f"run `upgrader {command} {plan.name}`")
        if bundle.read_json(path).get("plan_digest") != "0x" + plan.digest.hex():
            raise NotReadyError(
                f"{path} is evidence of another plan", remedy=f"run `upgrader simulate {plan.name}` again"
            )
    findings = read_findings(bundle.read_json(FINDINGS))
    blockers = [finding for finding in findings if finding.blocks]
    if blockers:
        raise BlockedError(
            f"{len(blockers)} findings forbid it: {', '.join(sorted({finding.code for finding in blockers}))}",
            remedy=f"see `upgrader report {plan.name}`; mend them, then plan and simulate again",
        )
    return findings


def import_signatures(opened: Opened, document: Any, *, where: str) -> tuple[SignatureFile, ...]:
    """Take in one signature file, or a list of them as ``--export`` writes it; each is verified before any is kept.

    What is there already stays: lists that went round among owners overlap.

    Raises:
        InputError: The document has another shape, a signature in it is not what it claims, or one stands there twice.
    """
    governing = require_proposed(opened)
    listed = document.get("signatures") if isinstance(document, Mapping) and "signatures" in document else [document]
    if not isinstance(listed, list) or not all(isinstance(item, Mapping) for item in listed):
        raise InputError("no signature file", remedy="export it with `upgrader signatures --export`", where=where)
    files = tuple(read_signature(item, governing, where=where) for item in listed)
    for path, times in Counter(file.path for file in files).items():
        if times > 1:
            owner = next(file.owner for file in files if file.path == path)
            raise InputError(f"{owner} signed twice", remedy="keep one signature of every owner", where=where)
    for file in files:
        opened.bundle.write_json(file.path, write_signature(file))
    return files
