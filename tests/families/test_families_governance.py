"""Every form of governance, on the real contracts: its steps, taken as written, make the calls happen."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "governance"))

import pytest
from real_parts import (
    DEPLOYER,
    KEYS,
    OWNERS,
    SAFES,
    TIMELOCKS,
    anvil,
    deploy_safe,
    deploy_timelock,
    openzeppelin,
    safe_part,
    sign,
)

from upgrader.calls import Call, encode_call
from upgrader.errors import InputError
from upgrader.governance._base import FAMILY, StepName
from upgrader.governance.authority import AuthorityNode, HolderKind
from upgrader.governance.safe import safe_tx_hash
from upgrader.governance.signatures import assemble, recover
from upgrader.governance.wrap import holder_of, wrap
from upgrader.proxies.authority import resolve_authority
from upgrader.units import Seconds, address, hex_bytes, hexed, keccak, word

SALT = keccak(b"the digest of a plan")
DELAY = Seconds(100)
ECHO = hex_bytes("0x6007600a5f3960075ff3") + hex_bytes("0x365f5f37365ff3")


@pytest.fixture(scope="module")
def chain():
    with anvil() as running:
        yield running


def beacon_of(chain, owner):
    """Deploy a beacon that ``owner`` can upgrade, and the calls that upgrade it twice."""
    beacon = chain.deploy(openzeppelin("UpgradeableBeacon"), "constructor(address,address)", chain.deploy(ECHO), owner)
    targets = (chain.deploy(ECHO), chain.deploy(ECHO))
    return beacon, targets, tuple(Call(beacon, encode_call("upgradeTo(address)", target)) for target in targets)


def worlds(chain):
    """Yield the name of the form and a holder for it, over every version of what takes part."""
    for version in SAFES:
        safe = deploy_safe(chain, version)
        library = chain.deploy(safe_part(version, "libraries/MultiSendCallOnly.sol/MultiSendCallOnly"))
        yield "safe_direct", safe, library
        for timelock_version in TIMELOCKS:
            yield "safe_timelock", deploy_timelock(chain, timelock_version, delay=DELAY, proposers=(safe,)), None
    for timelock_version in TIMELOCKS:
        yield "timelock_only", deploy_timelock(chain, timelock_version, delay=DELAY, proposers=(OWNERS[0],)), None
    yield "eoa", OWNERS[1], None


def test_the_steps_of_every_form_make_the_calls_happen(chain):
    """Approve, schedule, wait, execute as the steps say, and the beacon runs what the calls wanted."""
    seen = set()
    for kind, holder, library in worlds(chain):
        beacon, (_, wanted), calls = beacon_of(chain, holder)
        authority = chain.ask(resolve_authority(beacon))

        nonce = authority.safes[0].nonce if authority.safes else 0
        proposal = wrap(calls, authority, chain_id=chain.chain_id(), salt=SALT, nonce=nonce, library=library)

        assert (proposal.kind, proposal.authority) == (kind, holder)
        for step in proposal.steps:
            if step.name is StepName.WAIT:
                assert not chain.send(proposal.steps[-1].calls[0]).status, "executed before the wait was over"
                chain.advance(step.wait + 1)
            for call in step.calls:
                sender = call.sender or (step.senders[0] if step.senders else DEPLOYER)
                assert chain.send(call, sender).status, f"{kind}: {step.name} reverted"
        assert chain.call(beacon, "implementation()") == word(int(wanted, 16))
        seen.add(kind)

    assert seen == {form.name for form in FAMILY.members()}


def test_exactly_one_form_speaks_for_each_holder(chain):
    """No holder is spoken for twice, and unknown contracts by nobody."""
    for kind, holder, _ in worlds(chain):
        authority = chain.ask(resolve_authority(beacon_of(chain, holder)[0]))
        speaking = [form.name for form in FAMILY.members() if form.accepts(holder_of(authority), authority.nodes)]
        assert speaking == [kind]
    contract = AuthorityNode(address("0x" + "c0" * 20), HolderKind.CONTRACT)
    assert [form.name for form in FAMILY.members() if form.accepts(contract, {})] == []


def test_real_signatures_carry_a_proposal_out(chain):
    """The hash that the proposal shows is the one that owners' keys sign."""
    safe = deploy_safe(chain)
    timelock = deploy_timelock(chain, delay=DELAY, proposers=(safe,))
    beacon, _, calls = beacon_of(chain, timelock)
    authority = chain.ask(resolve_authority(beacon))
    proposal = wrap(calls, authority, chain_id=chain.chain_id(), salt=SALT, nonce=0)
    digest = safe_tx_hash(proposal.safe, proposal.safe_transaction)
    blob = assemble([recover(digest, sign(digest, key)) for key in KEYS], 2)

    assert proposal.hashes["SafeTxHash"] == hexed(digest)
    assert chain.send(proposal.signed_call(blob)).status
    scheduled = chain.call(timelock, "getTimestamp(bytes32)", proposal.timelock_operation.id)
    assert hexed(proposal.timelock_operation.id) == proposal.hashes["Operation id"]
    assert int.from_bytes(scheduled, "big") > 1


def test_a_delay_below_the_minimum_is_refused(chain):
    """The timelock would revert after the owners signed; this says it before."""
    timelock = deploy_timelock(chain, delay=DELAY, proposers=(OWNERS[0],))
    beacon, _, calls = beacon_of(chain, timelock)
    authority = chain.ask(resolve_authority(beacon))

    with pytest.raises(InputError, match="below the minimum"):
        wrap(calls, authority, chain_id=chain.chain_id(), salt=SALT, nonce=0, delay=Seconds(99))


def test_a_holder_that_nobody_can_propose_to_is_refused(chain):
    """An authority without holders cannot be wrapped."""
    beacon, _, calls = beacon_of(chain, chain.deploy(ECHO))
    authority = chain.ask(resolve_authority(beacon))

    with pytest.raises(InputError, match="nobody who can be proposed to"):
        wrap(calls, authority, chain_id=chain.chain_id(), salt=SALT, nonce=0)


def test_the_salt_commits_the_operation_to_the_plan(chain):
    """Another plan is another operation, and another hash to sign."""
    safe = deploy_safe(chain)
    timelock = deploy_timelock(chain, delay=DELAY, proposers=(safe,))
    beacon, _, calls = beacon_of(chain, timelock)
    authority = chain.ask(resolve_authority(beacon))
    one, other = (
        wrap(calls, authority, chain_id=chain.chain_id(), salt=keccak(plan), nonce=0) for plan in (b"one", b"other")
    )

    assert set(one.hashes.values()) & set(other.hashes.values()) == {one.hashes["Domain hash"]}
