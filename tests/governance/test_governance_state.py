"""Safes, timelocks, roles and pending operations as read from the real contracts, and when logs are missing."""

from dataclasses import replace

import pytest
from real_parts import DEPLOYER, OWNERS, SAFES, TIMELOCKS, LocalChain, deploy_safe, deploy_timelock, safe_part

from upgrader.calls import Call, encode_call
from upgrader.governance.pending import pending_operations
from upgrader.governance.roles import GRANTED, REVOKED, ROLE_NAMES, read_roles, role_name
from upgrader.governance.safe_state import read_safe
from upgrader.governance.timelock import OperationState, cancel_call, operation_of
from upgrader.governance.timelock_state import PROPOSER_ROLE, read_timelock
from upgrader.inquiry import Log, ReadCall, ReadFailed, ReadLogs, answer, run
from upgrader.units import ZERO_ADDRESS, ZERO_HASH, BlockNumber, Seconds, Wei, address, keccak, word

CONTRACT = address("0x" + "c0" * 20)
ALICE, BOB = address("0x" + "a1" * 20), address("0x" + "b0" * 20)
ROLE = keccak(b"UPGRADER_ROLE")
DAY = Seconds(86_400)


@pytest.mark.parametrize("version", SAFES)
def test_a_real_safe_is_read(chain: LocalChain, version):
    """Threshold, owners, nonce and published code of every version; no gap."""
    safe = deploy_safe(chain, version)

    state = chain.ask(read_safe(safe))

    assert state.version == version
    assert (state.threshold, state.nonce) == (2, 0)
    assert set(state.owners) == set(OWNERS)
    assert (state.modules, state.guard, state.module_guard) == ((), None, None)
    assert state.fallback_handler is not None
    assert state.gaps == ()


def test_modules_and_guard_of_a_safe_are_read(chain: LocalChain):
    """A module and a guard that the Safe set itself are seen."""
    safe = deploy_safe(chain, "1.4.1")
    guard = chain.deploy(
        safe_part("1.4.1", "examples/guards/DelegateCallTransactionGuard.sol/DelegateCallTransactionGuard"),
        "constructor(address)",
        ZERO_ADDRESS,
    )
    chain.do(safe, "enableModule(address)", DEPLOYER, sender=safe)
    chain.do(safe, "setGuard(address)", guard, sender=safe)

    state = chain.ask(read_safe(safe))

    assert (state.modules, state.guard) == ((DEPLOYER,), guard)


def test_foreign_code_behind_a_safe_is_a_gap(chain: LocalChain):
    """A Safe whose singleton is not published code may answer anything."""
    safe = deploy_safe(chain, "1.4.1")
    singleton = chain.ask(read_safe(safe)).singleton
    code = chain.rpc("eth_getCode", singleton, "latest")
    chain.rpc("anvil_setCode", singleton, code + "00")

    assert "not published Safe code" in chain.ask(read_safe(safe)).gaps[0]


def test_what_is_no_safe_is_none(chain: LocalChain):
    """An account and a timelock are not Safes."""
    timelock = deploy_timelock(chain, proposers=(DEPLOYER,))

    assert chain.ask(read_safe(DEPLOYER)) is None
    assert chain.ask(read_safe(timelock)) is None


@pytest.mark.parametrize("version", TIMELOCKS)
def test_a_real_timelock_is_read(chain: LocalChain, version):
    """Delay and roles of every version; the timelock alone administers itself."""
    timelock = deploy_timelock(chain, version, delay=DAY, proposers=(OWNERS[0], OWNERS[1]))

    state = chain.ask(read_timelock(timelock))

    assert state.min_delay == DAY
    assert set(state.proposers) == {OWNERS[0], OWNERS[1]}
    assert state.cancellers == state.proposers
    assert (state.open_executor, state.executors, state.admins, state.gaps) == (True, (), (), ())


@pytest.mark.parametrize("version", TIMELOCKS)
def test_an_external_admin_is_read(chain: LocalChain, version):
    """An admin beside the timelock itself is named, and closed executors are listed."""
    timelock = deploy_timelock(
        chain, version, delay=DAY, proposers=(OWNERS[0],), executors=(OWNERS[1],), admin=DEPLOYER
    )

    state = chain.ask(read_timelock(timelock))

    assert (state.admins, state.executors, state.open_executor) == ((DEPLOYER,), (OWNERS[1],), False)


@pytest.mark.parametrize("version", TIMELOCKS)
def test_revoked_roles_are_gone(chain: LocalChain, version):
    """A proposer who was granted and revoked is no proposer."""
    timelock = deploy_timelock(chain, version, delay=DAY, proposers=(OWNERS[0], OWNERS[1]))
    chain.do(timelock, "revokeRole(bytes32,address)", PROPOSER_ROLE, OWNERS[1], sender=timelock)

    assert chain.ask(read_timelock(timelock)).proposers == (OWNERS[0],)


def test_a_timelock_without_its_first_logs_is_a_gap(chain: LocalChain):
    """A node that forgot the beginning cannot say who holds what."""
    timelock = deploy_timelock(chain, delay=DAY, proposers=(OWNERS[0],))
    asked = []

    def forgetful(reads):
        asked.append(reads)
        answers = chain.ask(_once(reads))
        return tuple(() if isinstance(read, ReadLogs) else found for read, found in zip(reads, answers, strict=True))

    state = run(read_timelock(timelock), forgetful)

    assert any("differ on" in gap for gap in state.gaps)


def _once(reads):
    return (yield reads)


def granted(pair_account, block, first=GRANTED):
    return Log(CONTRACT, (first, ROLE, word(int(pair_account, 16)), word(0)), b"", BlockNumber(block), 0)


def has(account, value):
    return {ReadCall(CONTRACT, encode_call("hasRole(bytes32,address)", ROLE, account)): word(value)}


LOGS = ReadLogs(CONTRACT, ((*(GRANTED, REVOKED), keccak(b"RoleAdminChanged(bytes32,bytes32,bytes32)")),))
NO_COUNT = ReadFailed("execution reverted", reverted=True)


def book(logs, facts):
    return answer(read_roles(CONTRACT), {LOGS: logs, **facts}, default=NO_COUNT)


def test_roles_are_replayed():
    """Grants add, revokes remove, and the state confirms."""
    logs = (granted(ALICE, 1), granted(BOB, 2), granted(ALICE, 3, REVOKED))

    found = book(logs, {**has(ALICE, 0), **has(BOB, 1)})

    assert (found.holders(ROLE), found.gaps) == ((BOB,), ())


INCOMPLETE = {
    "revoked before granted": ((granted(ALICE, 3, REVOKED),), has(ALICE, 0), "out of turn"),
    "granted twice": ((granted(ALICE, 1), granted(ALICE, 2)), has(ALICE, 1), "out of turn"),
    "state differs": ((granted(ALICE, 1),), has(ALICE, 0), "differ on"),
    "no answer": ((granted(ALICE, 1),), {}, "does not say whether"),
    "no logs": (ReadFailed("history pruned"), {}, "could not be read: history pruned"),
}


@pytest.mark.parametrize("case", INCOMPLETE)
def test_signs_of_missing_logs_are_gaps(case):
    """Whatever shows that the history is not whole is said."""
    logs, facts, expected = INCOMPLETE[case]

    assert expected in " ".join(book(logs, facts).gaps)


def test_enumerable_contracts_prove_their_roles_complete():
    """A count that differs from the members found is a gap."""
    count = {ReadCall(CONTRACT, encode_call("getRoleMemberCount(bytes32)", ROLE)): word(2)}

    found = book((granted(ALICE, 1),), {**has(ALICE, 1), **count})

    assert "counts other members of UPGRADER_ROLE" in found.gaps[0]


def test_granters_follow_the_admins_of_admins():
    """Who can grant the role that grants is found too, and a role that grants itself ends the search."""
    admin = keccak(b"ADMIN_ROLE")
    found = replace(book((), {}), members={admin: (ALICE,), ZERO_HASH: (BOB,)}, admins={ROLE: admin, admin: ZERO_HASH})

    assert found.granters(ROLE) == {admin: (ALICE,), ZERO_HASH: (BOB,)}


def test_role_names_are_their_preimages():
    """Each name hashes to its role; the default admin role is zero."""
    assert all(
        role == (ZERO_HASH if name == "DEFAULT_ADMIN_ROLE" else keccak(name.encode()))
        for role, name in ROLE_NAMES.items()
    )
    assert role_name(ZERO_HASH) == "DEFAULT_ADMIN_ROLE"
    assert role_name(ROLE[:-1] + b"\x00").startswith("0x")


@pytest.mark.parametrize("version", TIMELOCKS)
def test_pending_operations_are_read(chain: LocalChain, version):
    """Scheduled ones are there with their content, cancelled and executed ones are not."""
    timelock = deploy_timelock(chain, version, delay=100, proposers=(DEPLOYER,))
    salt = ZERO_HASH if version == "3.4" else keccak(b"pending")
    first, second, gone, done = (
        operation_of(
            tuple(Call(OWNERS[0], bytes([number, at]), Wei(at)) for at in range(count)), salt=salt, delay=Seconds(delay)
        )
        for number, (count, delay) in enumerate(((2, 300), (1, 200), (1, 100), (1, 100)))
    )
    for operation in (done, first, second, gone):
        assert chain.send(operation.schedule_call(timelock)).status
    chain.send(cancel_call(timelock, gone.id))
    chain.advance(101)
    assert chain.send(done.execute_call(timelock)).status
    block = chain.block()

    found = chain.ask(pending_operations(timelock, block.timestamp), block)

    assert [each.operation for each in found.operations] == [second, first]
    assert [each.status.state for each in found.operations] == [OperationState.WAITING] * 2
    assert found.gaps == ()


def test_a_salt_that_no_log_tells_leaves_the_operation_open(chain: LocalChain):
    """Version 3 logs no salt: the calls are shown, the identity is not claimed."""
    timelock = deploy_timelock(chain, "3.4", delay=100, proposers=(DEPLOYER,))
    operation = operation_of((Call(OWNERS[0], b"\x01"),), salt=keccak(b"unknown"), delay=Seconds(100))
    chain.send(operation.schedule_call(timelock))
    block = chain.block()

    (found,) = chain.ask(pending_operations(timelock, block.timestamp), block).operations

    assert (found.operation, found.calls, found.status.id) == (None, operation.calls, operation.id)


def test_unreadable_logs_are_a_gap_of_pending_operations():
    """No logs is not no operations."""
    found = answer(pending_operations(CONTRACT, 0), {}, default=ReadFailed("pruned"))

    assert found.gaps == (f"the logs of {CONTRACT} could not be read: pruned",)
