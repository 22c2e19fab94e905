"""Timelock identifiers, calls and life, against published hashes and the real contracts."""

import json
from pathlib import Path

import pytest
from real_parts import DEPLOYER, OWNERS, TIMELOCKS, LocalChain, deploy_timelock

from upgrader.calls import Call, encode_call
from upgrader.errors import InputError, UnavailableError
from upgrader.governance.timelock import (
    LIFE,
    OperationEvent,
    OperationState,
    OperationStatus,
    TimelockOperation,
    after,
    cancel_call,
    operation_of,
    operation_status,
    status_at,
)
from upgrader.inquiry import ReadCall, ReadFailed, answer
from upgrader.units import ZERO_HASH, Hash32, Seconds, Timestamp, Wei, address, hex_bytes, hexed, keccak

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/governance/timelock_hashes.json").read_text())
ARBITRUM = Path(__file__).parents[3] / "shared/vectors/governance/arbitrum_gov_proposals.json"
SALT = keccak(b"release 2")
TWO_DAYS = Seconds(172_800)
TIMELOCK = address("0x" + "71" * 20)


@pytest.mark.parametrize("vector", VECTORS["hashOperation"], ids=lambda v: v["id"][:10])
def test_published_single_identifiers_are_reproduced(vector):
    """``hashOperation`` of OpenZeppelin 3.4, 4.9 and 5.7 gave these."""
    operation = TimelockOperation(
        targets=(address(vector["target"]),),
        values=(Wei(int(vector["value"])),),
        payloads=(hex_bytes(vector["data"]),),
        predecessor=Hash32(hex_bytes(vector["predecessor"])),
        salt=Hash32(hex_bytes(vector["salt"])),
        delay=Seconds(0),
        batch=False,
    )

    assert vector["id"] == hexed(operation.id)


@pytest.mark.parametrize("vector", VECTORS["hashOperationBatch"], ids=lambda v: v["id"][:10])
def test_published_batch_identifiers_are_reproduced(vector):
    """``hashOperationBatch`` gave these, an empty batch included."""
    operation = TimelockOperation(
        targets=tuple(map(address, vector["targets"])),
        values=tuple(Wei(int(value)) for value in vector["values"]),
        payloads=tuple(map(hex_bytes, vector["payloads"])),
        predecessor=Hash32(hex_bytes(vector["predecessor"])),
        salt=Hash32(hex_bytes(vector["salt"])),
        delay=Seconds(0),
    )

    assert vector["id"] == hexed(operation.id)


@pytest.mark.skipif(not ARBITRUM.exists(), reason="the shared Arbitrum proposals are not beside the project")
def test_arbitrum_proposals_are_reproduced():
    """Identifier and schedule calldata of every real proposal equal the published ones."""
    operations = [op for item in json.loads(ARBITRUM.read_text())["proposals"] for op in item["timelock_ops"]]
    for op in operations:
        many = op["kind"] == "scheduleBatch"
        targets, values, payloads = (
            (op["targets"], op["values"], op["payloads"]) if many else ([op["target"]], [op["value"]], [op["payload"]])
        )
        operation = TimelockOperation(
            targets=tuple(address(target.lower()) for target in targets),
            values=tuple(Wei(int(value)) for value in values),
            payloads=tuple(map(hex_bytes, payloads)),
            predecessor=Hash32(hex_bytes(op["predecessor"])),
            salt=Hash32(hex_bytes(op["salt"])),
            delay=Seconds(op["delay"]),
            batch=many,
        )
        assert op["operation_id"] == hexed(operation.id)
        assert op["calldata"] == hexed(operation.schedule_call(TIMELOCK).data)

    assert operations


@pytest.mark.parametrize("version", TIMELOCKS)
@pytest.mark.parametrize("count", [1, 2])
def test_a_real_timelock_lives_the_life_of_the_table(chain: LocalChain, version, count):
    """Scheduled, too early, ready, executed: the states that are read follow the table, in every version."""
    timelock = deploy_timelock(chain, version, delay=100, proposers=(DEPLOYER,))
    calls = tuple(Call(timelock, encode_call("updateDelay(uint256)", 200 + number)) for number in range(count))
    operation = operation_of(calls, salt=SALT, delay=Seconds(100))

    def state():
        block = chain.block()
        return chain.ask(operation_status(timelock, operation.id, block.timestamp), block).state

    states = [state()]
    assert chain.send(operation.schedule_call(timelock)).status
    states.append(state())
    assert not chain.send(operation.execute_call(timelock), OWNERS[2]).status
    chain.advance(101)
    states.append(state())
    assert chain.send(operation.execute_call(timelock), OWNERS[2]).status
    states.append(state())

    expected = [OperationState.UNSET]
    for event in (OperationEvent.SCHEDULED, OperationEvent.ELAPSED, OperationEvent.EXECUTED):
        expected.append(after(expected[-1], event))
    assert expected == states
    assert not chain.send(operation.schedule_call(timelock)).status


@pytest.mark.parametrize("version", TIMELOCKS)
def test_a_cancelled_operation_is_unset_again(chain: LocalChain, version):
    """Cancelling returns a waiting operation to where it began."""
    timelock = deploy_timelock(chain, version, delay=100, proposers=(DEPLOYER,))
    operation = operation_of((Call(OWNERS[0], b""),), salt=SALT, delay=Seconds(100))
    chain.send(operation.schedule_call(timelock))

    assert chain.send(cancel_call(timelock, operation.id)).status

    block = chain.block()
    status = chain.ask(operation_status(timelock, operation.id, block.timestamp), block)
    assert OperationStatus(operation.id, OperationState.UNSET) == status


def test_an_element_of_a_batch_is_another_operation():
    """One call scheduled alone and as a batch of one have different identifiers."""
    single = operation_of((Call(OWNERS[0], b"\x01"),), salt=SALT, delay=TWO_DAYS)
    batch = TimelockOperation(single.targets, single.values, single.payloads, SALT, TWO_DAYS, batch=True)

    assert single.id != batch.id


def test_the_delay_is_not_part_of_the_identifier():
    """A longer wait is the same operation."""
    calls = (Call(OWNERS[0], b"\x01"),)

    assert operation_of(calls, salt=SALT, delay=TWO_DAYS).id == operation_of(calls, salt=SALT, delay=Seconds(1)).id


@pytest.mark.parametrize(
    ("stamp", "now", "expected"),
    [
        (0, 100, OperationState.UNSET),
        (1, 100, OperationState.DONE),
        (101, 100, OperationState.WAITING),
        (100, 100, OperationState.READY),
        (99, 100, OperationState.READY),
    ],
)
def test_a_timestamp_means_a_state(stamp, now, expected):
    """The second of the deadline itself is ready, as the contract has it."""
    assert expected == status_at(ZERO_HASH, stamp, Timestamp(now)).state


@pytest.mark.parametrize(("reverted", "error"), [(True, InputError), (False, UnavailableError)])
def test_no_answer_is_an_error_of_its_kind(reverted, error):
    """A contract that is no timelock is bad input; a silent node is not."""
    read = ReadCall(TIMELOCK, encode_call("getTimestamp(bytes32)", ZERO_HASH))

    with pytest.raises(error):
        answer(operation_status(TIMELOCK, ZERO_HASH, Timestamp(1)), {read: ReadFailed("no", reverted=reverted)})


def test_garbage_is_no_timestamp():
    """An answer of another shape is refused."""
    read = ReadCall(TIMELOCK, encode_call("getTimestamp(bytes32)", ZERO_HASH))

    with pytest.raises(InputError):
        answer(operation_status(TIMELOCK, ZERO_HASH, Timestamp(1)), {read: b"\x01"})


@pytest.mark.parametrize("state", OperationState)
@pytest.mark.parametrize("event", OperationEvent)
def test_what_the_table_does_not_have_is_refused(state, event):
    """Every pair of state and event either moves on or names what is possible."""
    if event in LIFE[state]:
        assert LIFE[state][event] == after(state, event)
        return

    with pytest.raises(InputError) as caught:
        after(state, event)
    assert "possible now" in caught.value.remedy


def test_unequal_lists_are_refused():
    """A batch with a missing value cannot be built."""
    with pytest.raises(InputError, match="differ in number"):
        TimelockOperation((OWNERS[0],), (), (b"",), SALT, TWO_DAYS)


def test_several_calls_are_no_single_operation():
    """``schedule`` takes one call."""
    with pytest.raises(InputError, match="no single operation"):
        TimelockOperation((), (), (), SALT, TWO_DAYS, batch=False)
