"""A tiny venue and the answers of a run on it, built by hand: what the tests of comparison stand on."""

from upgrader.calls import encode_call, selector, topic
from upgrader.inquiry import Log
from upgrader.simulation.compare import Lens, signatures_of
from upgrader.simulation.naming import Names
from upgrader.simulation.scenario import Act, ActResult, Answers, Moment, Question, Scenario
from upgrader.units import BlockNumber, Seconds, address, word

MARKET = address("0x" + "a1" * 20)
TRADER = address("0x" + "b2" * 20)

ABI = (
    {"type": "function", "name": "buy", "stateMutability": "nonpayable", "inputs": [{"type": "uint256"}]},
    {"type": "function", "name": "price", "stateMutability": "view", "inputs": []},
    {"type": "error", "name": "TooLow", "inputs": [{"type": "uint256", "name": "least"}]},
    {
        "type": "event",
        "name": "Bought",
        "inputs": [{"type": "address", "name": "by", "indexed": True}, {"type": "uint256", "name": "cost"}],
    },
)
LENS = Lens(Names({MARKET: "market"}, (ABI,)), signatures_of([ABI]))

BUY = Act(TRADER, MARKET, encode_call("buy(uint256)", 1), label="buy one")
ASK = Question(MARKET, encode_call("price()"), "the price")
SCENARIO = Scenario("one purchase", (Moment(Seconds(12), (BUY,), (ASK,)),))
TOO_LOW = selector("TooLow(uint256)") + word(7)


def bought(cost, index=0, block=1):
    """Return the event of a purchase."""
    return Log(
        MARKET, (topic("Bought(address,uint256)"), bytes.fromhex(TRADER[2:]).rjust(32, b"\0")), word(cost),
        BlockNumber(block), index,
    )  # fmt: skip


def result(cost=100, gas=50_000, logs=None):
    """Return a purchase that went through."""
    return ActResult(status=True, gas_used=gas, logs=(bought(cost),) if logs is None else logs, data=word(cost))


def answers(act=None, price=None, slots=None):
    """Return what the scenario showed."""
    said = word(5) if price is None else price
    return Answers("one purchase", (), ((result() if act is None else act,),), ((said,),), slots or {})
