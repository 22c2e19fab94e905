"""What ``simulate`` will do on its sandbox, as scenarios, so that the state can be had in a few round trips.

Nothing is judged by them: they are run for what they read, before anything counts.  What they miss is read when it
is needed.
"""

from dataclasses import replace

from upgrader.calls import encode_call
from upgrader.flows.branches import views_of
from upgrader.flows.rehearse import Rehearsal
from upgrader.inquiry import Inquiry, ReadCode, ReadFailed, gather
from upgrader.ports import Block, Chain
from upgrader.simulation.prelude import SLOT_TIME, at_once, governed
from upgrader.simulation.probes import STRANGER, attempts
from upgrader.simulation.scenario import Act, Moment, Question, Scenario
from upgrader.units import WORD, Address


def foreseen(rehearsal: Rehearsal, chain: Chain, block: Block) -> tuple[Scenario, ...]:
    """Return the path and the views: without the upgrade, as of now, and through the governance.

    Args:
        rehearsal: What will be run.
        chain: The chain that the sandbox is a copy of.
        block: Where.
    """
    governing, cast, subjects = rehearsal.governing, rehearsal.cast, rehearsal.subjects
    creations = undeployed(rehearsal, chain, block)
    path = governed(governing, creations, proposer=cast.proposer or STRANGER, executor=cast.executor)
    # The upgrade's own event names the new implementation, which is then a key like all that events name.
    keyed = [replace(each, keys=(*each.keys, _word(each.implementation))) for each in subjects]
    views = tuple(Question(view.address, view.data) for view in views_of(keyed, chain, block.number, block))
    tried = tuple(
        Question(attempt.to, attempt.data)
        for each in subjects
        for attempt in attempts(each.name, each.proxy, each.implementation, each.new_abi)
    )
    pauses = [(each.proxy, each.pause) for each in subjects if each.pause is not None]
    stops = tuple(Act(pause.sender, proxy, encode_call(pause.function)) for proxy, pause in pauses)
    paused = tuple(Question(proxy, encode_call(pause.view)) for proxy, pause in pauses)
    asked, probed = Moment(SLOT_TIME, questions=views), Moment(SLOT_TIME, stops, (*paused, *tried))
    return (
        Scenario("without the upgrade", (asked,)),
        Scenario("as of now", (*at_once(governing, creations), asked, probed)),
        Scenario("through the governance", path),
    )


def undeployed(rehearsal: Rehearsal, chain: Chain, block: Block) -> dict[str, bytes]:
    """Return the creation code of what is not on the chain yet, by contract."""
    steps = rehearsal.governing.plan.deployments
    codes = chain.ask(gather(_code(step.address) for step in steps), block)
    absent = {step.contract for step, code in zip(steps, codes, strict=True) if not code}
    return {each.name: each.creation_code for each in rehearsal.subjects if each.name in absent}


def _word(at: Address) -> bytes:
    return bytes.fromhex(at[2:]).rjust(WORD, b"\0")


def _code(at: Address) -> Inquiry[bytes | ReadFailed]:
    code: bytes | ReadFailed
    (code,) = yield (ReadCode(at),)
    return code
