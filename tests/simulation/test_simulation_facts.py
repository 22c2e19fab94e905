"""Facts of a simulated upgrade, read from what nodes answer: traces, diffs, views and attempts."""

import pytest
from eth_abi.abi import encode

from upgrader.calls import encode_call, selector, topic
from upgrader.errors import InputError, SimulationError, UnavailableError
from upgrader.inquiry import Log, ReadCall, ReadFailed
from upgrader.simulation.naming import Names
from upgrader.simulation.probes import STRANGER, attempts, judge_attempts, plausible
from upgrader.simulation.trace import MAX_FRAMES, call_tree, word_changes
from upgrader.simulation.views import ask_views, differences, fresh_zeroes, keys_of, view_calls
from upgrader.units import BlockNumber, address, word

MARKET = address("0x" + "a1" * 20)
ABI = (
    {
        "type": "function",
        "name": "limit",
        "stateMutability": "view",
        "inputs": [],
        "outputs": [{"type": "uint256", "name": ""}],
    },
    {
        "type": "function",
        "name": "balanceOf",
        "stateMutability": "view",
        "inputs": [{"type": "address", "name": "who"}],
        "outputs": [{"type": "uint256", "name": ""}],
    },
    {"type": "function", "name": "initialize", "stateMutability": "nonpayable", "inputs": [{"type": "address"}]},
    {"type": "function", "name": "initializeV2", "stateMutability": "nonpayable", "inputs": [{"type": "uint256[]"}]},
    {"type": "function", "name": "initiateWithdrawal", "stateMutability": "nonpayable", "inputs": []},
    {"type": "error", "name": "InvalidInitialization", "inputs": []},
    {"type": "error", "name": "TooLow", "inputs": [{"type": "uint256", "name": "least"}]},
    {
        "type": "event",
        "name": "Paid",
        "inputs": [
            {"type": "address", "name": "to", "indexed": True},
            {"type": "string", "name": "note", "indexed": True},
            {"type": "uint256", "name": "amount", "indexed": False},
        ],
    },
)
NAMES = Names({MARKET: "market"}, (ABI,))
HOLDER = bytes(12) + bytes.fromhex("77" * 20)


def test_a_word_that_became_zero_is_absent_from_post():
    """In diffMode geth and anvil leave zeroed words out of ``post`` and new words out of ``pre``."""
    account = MARKET.lower()
    diff = {
        "pre": {account: {"storage": {"0x1": "0x05", "0x2": "0x06"}}},
        "post": {account: {"storage": {"0x2": "0x07", "0x3": "0x08"}}},
    }

    found = [(c.slot, c.before[-1], c.after[-1]) for c in word_changes(diff)]

    assert [(1, 5, 0), (2, 6, 7), (3, 0, 8)] == found


def test_the_call_tree_is_depth_first_and_decoded():
    """Frames come in the order of execution, with names where an ABI knows them."""
    inner = {"type": "DELEGATECALL", "from": MARKET, "to": "0x" + "22" * 20, "input": "0x12345678"}
    trace = {
        "type": "CALL",
        "from": STRANGER,
        "to": MARKET,
        "input": "0x" + encode_call("balanceOf(address)", STRANGER).hex(),
        "value": "0x1",
        "calls": [inner, {**inner, "error": "execution reverted"}],
    }

    nodes = call_tree(trace, NAMES)

    assert [(0, "1", False), (1, "0", False), (1, "0", True)] == [(n.depth, n.value, n.failed) for n in nodes]
    assert nodes[0].label.startswith("market.balanceOf(0x")


def test_an_endless_trace_is_refused():
    """A hostile node cannot fill the memory with frames."""
    frame = {"type": "CALL", "from": MARKET, "to": MARKET, "input": "0x"}

    with pytest.raises(SimulationError, match="frames"):
        call_tree({**frame, "calls": [frame] * MAX_FRAMES}, NAMES)


def test_a_malformed_trace_is_an_error_of_input():
    """Calldata that is not hex is told, not a traceback."""
    with pytest.raises(InputError):
        call_tree({"type": "CALL", "from": MARKET, "to": MARKET, "input": "zz"}, NAMES)


def test_events_and_errors_get_names():
    """Indexed strings show their hash; custom errors their arguments."""
    log = Log(
        MARKET,
        (topic("Paid(address,string,uint256)"), HOLDER, topic("x")),
        encode(["uint256"], [5]),
        BlockNumber(1),
        0,
    )

    assert f"Paid(to=0x{'77' * 20}, note=0x{topic('x').hex()}, amount=5)" == NAMES.event(log).text
    assert NAMES.error(selector("TooLow(uint256)") + word(9)) == "TooLow(9)"
    assert NAMES.error(b"\x01\x02\x03\x04") == ""


def test_views_are_asked_with_the_keys_that_the_chain_offers():
    """Addresses in indexed topics become arguments; plain hashes do not become addresses."""
    logs = [Log(MARKET, (topic("A()"), HOLDER, b"\xff" * 32), b"", BlockNumber(1), 0)]

    calls = view_calls("market", MARKET, (ABI,), keys_of(logs))

    assert ["limit()", "balanceOf(address)"] == [call.signature for call in calls]
    assert encode_call("balanceOf(address)", "0x" + "77" * 20) == calls[1].data


CALLS = view_calls("market", MARKET, (ABI,), (HOLDER,))


def test_a_changed_answer_is_a_difference_with_its_declaration():
    """Both answers are decoded; the manifest's reason is attached."""
    (found,) = differences(CALLS, (word(1), word(7)), (word(2), word(7)), NAMES, {("market", "limit()"): "raised"})

    assert ("limit()", "1", "2", "raised") == (found.view, found.old, found.new, found.declared)


def test_a_view_that_begins_to_revert_is_a_difference():
    """The revert's reason is decoded."""
    refused = ReadFailed("execution reverted", selector("TooLow(uint256)") + word(3), reverted=True)

    (found,) = differences(CALLS, (word(1), word(7)), (refused, word(7)), NAMES, {})

    assert ("1", "reverts: TooLow(3)") == (found.old, found.new)


def test_a_view_that_only_the_new_code_has_is_no_difference_but_may_be_zero():
    """Fresh state that answers zero is what the Ronin upgrade left behind."""
    absent = ReadFailed("execution reverted", b"", reverted=True)

    assert differences(CALLS, (absent, word(7)), (word(0), word(7)), NAMES, {}) == ()
    assert [call.signature for call in fresh_zeroes(CALLS, (absent, word(7)), (word(0), word(7)))] == ["limit()"]
    assert fresh_zeroes(CALLS, (absent, word(7)), (word(4), word(7))) == ()


def test_every_initialiser_is_tried_on_proxy_and_implementation():
    """Names that merely begin alike are no initialisers."""
    tries = attempts("market", MARKET, address("0x" + "33" * 20), ABI)

    assert ["initialize(address)", "initialize(address)", "initializeV2(uint256[])", "initializeV2(uint256[])"] == [
        attempt.signature for attempt in tries
    ]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"", "failed"),
        (ReadFailed("execution reverted", selector("InvalidInitialization()"), reverted=True), "held"),
        (ReadFailed("Initializable: contract is already initialized", reverted=True), "held"),
        (ReadFailed("execution reverted", selector("TooLow(uint256)") + word(1), reverted=True), "unclear"),
    ],
)
def test_an_attempt_holds_only_by_the_guard_itself(answer, expected):
    """A refusal of badly chosen arguments proves nothing."""
    attempt = attempts("market", MARKET, MARKET, ABI)[:1]

    assert expected == judge_attempts(attempt, (answer,), NAMES)[0].answer


@pytest.mark.parametrize(
    "kind",
    ["uint8", "int256", "bytes4", "bytes", "string", "bool", "address", "uint256[2][]", "(bool,(string,int8))[]"],
)
def test_a_plausible_value_encodes(kind):
    """Every ABI type has a value to try."""
    assert encode([kind], [plausible(kind)])


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (ReadFailed("missing trie node"), True),
        (ReadFailed("error sending request"), True),
        (ReadFailed("execution reverted", b"", reverted=True), False),
        (ReadFailed("EVM error OutOfGas"), False),
        (b"", False),
    ],
)
def test_a_view_that_the_node_could_not_answer_is_no_answer(answer, told):
    """Taken for a view that the old code lacks it would hide a change; what the code itself refuses is an answer."""
    asked = ask_views(CALLS[:1])
    assert (ReadCall(CALLS[0].address, CALLS[0].data),) == next(asked)

    if told:
        with pytest.raises(UnavailableError, match="was not answered"):
            asked.send((answer,))
        return
    with pytest.raises(StopIteration) as ended:
        asked.send((answer,))
    assert (answer,) == tuple(ended.value.value)
