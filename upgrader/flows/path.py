"""The governance path on a sandbox: deploy, approve, schedule, be refused early, wait, execute.

The owners' approvals (``approveHash``, sent by the owners themselves) are the only thing supplied.  The Safe's
threshold, guard and modules, the timelock's roles and delay and the proxies' own checks are the chain's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from upgrader.calls import Call
from upgrader.governance.errors import explain_revert
from upgrader.governance.safe import approve_hash_call
from upgrader.governance.signatures import approved, assemble
from upgrader.inquiry import Inquiry, Read, ReadCall, ReadCode, ReadFailed
from upgrader.plan.governing import Action, Governing
from upgrader.plan.operations import DEPLOYMENT_SALT, FACTORY
from upgrader.ports import Receipt, Sandbox
from upgrader.simulation.naming import Names
from upgrader.simulation.probes import STRANGER
from upgrader.simulation.result import Step
from upgrader.units import Address


@dataclass(frozen=True, slots=True)
class Cast:
    """Who acts where no Safe does.

    Attributes:
        proposer: Sends ``schedule`` to a timelock that no Safe proposes to; None with a Safe.
        executor: Executes a ready operation; a stranger where anybody may.
    """

    proposer: Address | None = None
    executor: Address = STRANGER


@dataclass(slots=True)
class GovernancePath:
    """A plan on its way through a sandbox.

    Attributes:
        creations: Contract -> creation code, for those that are not on the chain yet.
        executed: Receipt of the transaction that upgraded the proxies, once there is one.
    """

    governing: Governing
    sandbox: Sandbox
    names: Names
    cast: Cast
    creations: Mapping[str, bytes]
    executed: Receipt | None = field(default=None, init=False)

    def walk(self) -> Iterator[Step]:
        """Yield each step as it is done; stop after the first that fails."""
        for step in self._steps():
            yield step
            if not step.succeeded:
                return

    def _steps(self) -> Iterator[Step]:
        yield from self._deployments()
        yield from self._agreement()
        if self.governing.operation is None:
            return
        execution = replace(self.governing.execution(), sender=self.cast.executor)
        yield self._refused_early(execution)
        self.sandbox.advance(self.governing.plan.delay)
        yield self._send("execute", execution)

    def _deployments(self) -> Iterator[Step]:
        for deployment in self.governing.plan.deployments:
            (code,) = self.sandbox.ask(one(ReadCode(deployment.address)))
            if not code:
                data = DEPLOYMENT_SALT + self.creations[deployment.contract]
                yield self._send("deploy", Call(FACTORY, data, sender=STRANGER, label=deployment.describe()))

    def _agreement(self) -> Iterator[Step]:
        safe = self.governing.plan.state.safe
        if safe is None:
            call = self.governing.proposed(Action.SCHEDULE)
            yield self._send("schedule", replace(call, sender=self.cast.proposer or STRANGER))
            return
        owners = safe.owners[: safe.threshold]
        for owner in owners:
            yield self._send("approve", approve_hash_call(safe.address, self.governing.safe_tx_hash(), owner))
        blob = assemble([approved(owner) for owner in owners], safe.threshold)
        name = "schedule" if self.governing.operation else "execute"
        yield self._send(name, replace(self.governing.carried_out(Action.SCHEDULE, blob), sender=STRANGER))

    def _send(self, name: str, call: Call) -> Step:
        sender = call.sender or STRANGER
        receipt = self.sandbox.impersonate(sender).send(call)
        problem = "" if receipt.status else self._why(call)
        if receipt.status and name in {"schedule", "execute"}:
            problem = self.governing.shortfall(name, receipt.logs)
        if name == "execute":
            self.executed = receipt
        return Step(
            name=name,
            sender=sender,
            to=call.to,
            label=call.label,
            succeeded=not problem,
            gas_used=receipt.gas_used,
            timestamp=int(self.sandbox.block().timestamp),
            detail=problem,
            events=tuple(self.names.event(log) for log in receipt.logs),
        )

    def _refused_early(self, call: Call) -> Step:
        (answer,) = self.sandbox.ask(one(ReadCall(call.to, call.data, call.sender)))
        refused = isinstance(answer, ReadFailed)
        return Step(
            name="execute early",
            sender=str(call.sender),
            to=call.to,
            label="execute before the delay has passed: must be refused",
            succeeded=refused,
            gas_used=0,
            timestamp=int(self.sandbox.block().timestamp),
            detail=self._reason(answer) if refused else "it went through",
        )

    def _why(self, call: Call) -> str:
        """Ask again for the reason of a revert; a Safe hides its inner call's, so that is asked from the Safe too."""
        (answer,) = self.sandbox.ask(one(ReadCall(call.to, call.data, call.sender)))
        outer = self._reason(answer) if isinstance(answer, ReadFailed) else "it reverted"
        inner = self._inner(call)
        return f"{outer}; inside: {inner}" if inner and inner != outer else outer

    def _inner(self, call: Call) -> str:
        safe = self.governing.safe
        if safe is not None and call.to == safe.address and self.governing.operation is not None:
            proposed = self.governing.proposed(Action.SCHEDULE)
            (answer,) = self.sandbox.ask(one(ReadCall(proposed.to, proposed.data, safe.address)))
            return self._reason(answer) if isinstance(answer, ReadFailed) else ""
        if self.governing.timelock is not None and call.to == self.governing.timelock:
            for step in self.governing.plan.calls:
                (answer,) = self.sandbox.ask(one(ReadCall(step.to, step.data, self.governing.timelock)))
                if isinstance(answer, ReadFailed):
                    return f"{step.label}: {self._reason(answer)}"
        return ""

    def _reason(self, answer: ReadFailed) -> str:
        return self.names.error(answer.data) or explain_revert(answer.data) or answer.reason


def one(read: Read) -> Inquiry[tuple[Any, ...]]:
    """Ask one read."""
    answers = yield (read,)
    return answers
