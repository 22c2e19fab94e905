"""A run made the slow way: every act a mined transaction, every question asked of the chain.

This is what ``eth_simulateV1`` is held against, on a sample of every sweep, and what tells which words a run wrote.
The sandbox is left as it was found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from upgrader.edges.anvil import Anvil
from upgrader.edges.endpoint import Reply, Request
from upgrader.edges.reads import lift, log_of, lower, whole
from upgrader.errors import InputError, UnavailableError
from upgrader.inquiry import ReadCall, ReadSlot
from upgrader.simulation.coverage import Written
from upgrader.simulation.mined import Mined, Traced
from upgrader.simulation.probes import STRANGER
from upgrader.simulation.request import ACT_GAS, Run, access_of, spent
from upgrader.simulation.scenario import Act, ActResult, Answers, Moment, Override
from upgrader.simulation.trace import PREIMAGE_TRACER, preimages, word_changes
from upgrader.units import Address, BlockNumber, Slot, Timestamp, Wei, hex_bytes, hexed


def mine(run: Run, sandbox: Anvil, balances: Mapping[Address, Wei], *, within: bool = False) -> Mined:
    """Mine a run on a sandbox that stands at its base block, and bring the sandbox back.

    Args:
        run: What to mine.
        sandbox: Started with ``--order fifo``: a block holds its acts in their order.
        balances: As for :func:`~upgrader.simulation.request.request_of`.
        within: Whether each transaction is traced from within: its calls, its changes and what it hashed.

    Raises:
        UnavailableError: anvil refused a step.
    """
    handle = sandbox.snapshot()
    limit = sandbox.request("eth_getBlockByNumber", "latest", False)["gasLimit"]  # noqa: FBT003 - a JSON-RPC parameter
    most = max((sum(act.gas or ACT_GAS for act in moment.acts) for moment in run.moments), default=0)
    sandbox.request("anvil_autoImpersonateAccount", True)  # noqa: FBT003 - a JSON-RPC parameter
    sandbox.request("evm_setAutomine", False)  # noqa: FBT003 - likewise
    try:
        # anvil counts gas limits, not gas: what no block of the chain would refuse must fit.
        sandbox.request("evm_setBlockGasLimit", hex(max(int(limit, 16), most)))
        for owner, amount in spent(run.moments).items():
            put = run.moments[0].overrides.get(owner)
            if balances.get(owner, 0) < amount and (put is None or put.balance is None):
                sandbox.set_balance(owner, amount)
        blocks = [
            _block(moment, time, sandbox, within=within) for moment, time in zip(run.moments, run.times, strict=True)
        ]
        slots = {
            owner: dict(zip(words, _answers([ReadSlot(owner, slot) for slot in words], sandbox), strict=True))
            for owner, words in run.watch.items()
        }
    finally:
        sandbox.revert(handle)
        sandbox.request("evm_setBlockGasLimit", limit)
        sandbox.request("evm_setAutomine", True)  # noqa: FBT003 - likewise
        sandbox.request("anvil_autoImpersonateAccount", False)  # noqa: FBT003 - likewise
    before = len(run.prelude)
    answers = Answers(
        scenario=run.scenario.name,
        prelude=tuple(block.acts for block in blocks[:before]),
        acts=tuple(block.acts for block in blocks[before:]),
        questions=tuple(block.questions for block in blocks[before:]),
        slots=slots,
    )
    return Mined(
        answers,
        tuple(block.written for block in blocks),
        tuple(block.traced for block in blocks) if within else (),
    )


@dataclass(frozen=True, slots=True)
class _Block:
    acts: tuple[ActResult, ...]
    questions: tuple[Any, ...]
    traced: tuple[Traced, ...]

    @property
    def written(self) -> Written:
        written: dict[Address, frozenset[Slot]] = {}
        for change in (change for traced in self.traced for change in traced.changes):
            written[change.address] = written.get(change.address, frozenset()) | {change.slot}
        return written


def _block(moment: Moment, time: Timestamp, sandbox: Anvil, *, within: bool) -> _Block:
    for owner, override in moment.overrides.items():
        _put(owner, override, sandbox)
    fee = int(moment.basefee or 0)
    sandbox.request("anvil_setNextBlockBaseFeePerGas", hex(fee))
    if moment.beneficiary is not None:
        sandbox.request("anvil_setCoinbase", moment.beneficiary)
    sandbox.request("evm_setNextBlockTimestamp", int(time))
    sent = [sandbox.request("eth_sendTransaction", _message(act, fee)) for act in moment.acts]
    sandbox.request("evm_mine")
    results = _results(sent, sandbox, within=within) if sent else []
    asked = [ReadCall(question.to, question.data, STRANGER) for question in moment.questions]
    return _Block(
        tuple(result for result, _ in results),
        _answers(asked, sandbox),
        tuple(traced for _, traced in results),
    )


def _put(owner: Address, override: Override, sandbox: Anvil) -> None:
    if override.balance is not None:
        sandbox.set_balance(owner, override.balance)
    if override.code is not None:
        sandbox.set_code(owner, override.code)
    for slot, value in override.slots.items():
        sandbox.set_storage(owner, slot, value)


def _message(act: Act, fee: int) -> dict[str, Any]:
    message: dict[str, Any] = {
        "from": act.sender,
        "to": act.to,
        "data": hexed(act.data),
        "gas": hex(act.gas or ACT_GAS),
        "value": hex(act.value),
        "gasPrice": hex(fee and fee + act.tip),
    }
    return {**message, "accessList": access_of(act.access)} if act.access else message


def _results(sent: Sequence[Any], sandbox: Anvil, *, within: bool) -> list[tuple[ActResult, Traced]]:
    """Return what became of the transactions of the latest block, in the order in which they were sent.

    A block is traced as a whole: one transaction's trace runs all that were before it.
    """
    head = hex(sandbox.block().number)
    tracers: list[dict[str, Any]] = [
        {"tracer": "callTracer", "tracerConfig": {"onlyTopCall": not within}},
        {"tracer": "prestateTracer", "tracerConfig": {"diffMode": True}},
        *([{"tracer": PREIMAGE_TRACER}] if within else ()),
    ]
    requests: list[Request] = [("debug_traceBlockByNumber", (head, tracer)) for tracer in tracers]
    receipts, calls, diffs, *images = (
        _needed(reply) for reply in sandbox.many([("eth_getBlockReceipts", (head,)), *requests])
    )
    try:
        mined = [receipt["transactionHash"] for receipt in receipts]
        if mined != list(sent):
            raise ValueError("its block holds other transactions")  # noqa: TRY301 - one place turns all of them into words
        hashed = [preimages(each["result"]) for each in images[0]] if images else [{} for _ in mined]
        return [
            (_result(receipt, call["result"]), Traced(call["result"], word_changes(diff["result"]), known))
            for receipt, call, diff, known in zip(receipts, calls, diffs, hashed, strict=True)
        ]
    except (AttributeError, InputError, KeyError, TypeError, ValueError) as error:
        raise UnavailableError(
            f"anvil does not say what became of the transactions that it mined: {str(error)[:120]}",
            remedy="use the pinned anvil (`upgrader doctor`)",
        ) from error


def _result(receipt: Mapping[str, Any], call: Mapping[str, Any]) -> ActResult:
    return ActResult(
        status=whole(receipt["status"]) == 1,
        gas_used=whole(receipt["gasUsed"]),
        logs=tuple(log_of(entry) for entry in receipt["logs"]),
        data=hex_bytes(call.get("output") or "0x"),
    )


def _needed(reply: Reply) -> Any:
    if reply.error is not None:
        raise reply.error
    return reply.result


def _answers(reads: list[Any], sandbox: Anvil) -> tuple[Any, ...]:
    head = BlockNumber(sandbox.block().number)
    replies = sandbox.many([lower(read, head) for read in reads]) if reads else []
    return tuple(lift(read, reply, head) for read, reply in zip(reads, replies, strict=True))
