"""The world that the reports are tested on: an options venue upgraded through a 48 h timelock by a 2-of-3 Safe.

Built from the plan's own dataclasses, so that it is as real as a plan that was read from a chain, without one.
"""

from dataclasses import replace

from upgrader.calls import encode_call
from upgrader.findings import Finding, Severity
from upgrader.governance.safe import SafeAccount, SafeTransaction, domain_hash, message_hash, safe_tx_hash
from upgrader.governance.timelock import operation_of
from upgrader.layout.drawing import Span
from upgrader.plan.manifest import Difference, Waiver, Window
from upgrader.plan.operations import DeployImplementation, UpgradeProxy
from upgrader.plan.state import ContractState, SafeState, State, TimelockState
from upgrader.plan.upgrade_plan import UpgradePlan
from upgrader.plan.waive import waive
from upgrader.reports.decoded import Book, safe_call_line
from upgrader.reports.dossier import Dossier, HashLine
from upgrader.reports.names import names_of
from upgrader.simulation.result import (
    CallNode,
    Event,
    Probe,
    Simulation,
    SlotChange,
    Step,
    VariableChange,
    ViewDifference,
)
from upgrader.units import BlockNumber, ChainId, Hash32, Seconds, Slot, Timestamp, Wei, address_from_word, hexed, keccak

OBSERVED = Timestamp(1_796_119_200)  # 2026-12-01 10:00 UTC
HOUR = 3_600


def named(what):
    """Return an address that depends on nothing but its name."""
    return address_from_word(keccak(what.encode()))


SAFE = named("Safe")
TIMELOCK = named("timelock")
OWNERS = tuple(named(f"owner {number}") for number in (1, 2, 3))
MARKET, MARKET_V1, MARKET_V2 = named("market"), named("market v1"), named("market v2")
HOUSE, HOUSE_V1, HOUSE_V2, HOUSE_ADMIN = named("house"), named("house v1"), named("house v2"), named("house admin")
INITIALIZE = encode_call("initializeV2(uint256,address)", 100, named("oracle"))

MARKET_ABI = (
    {
        "type": "function",
        "name": "initializeV2",
        "inputs": [{"type": "uint256", "name": "minimumSpread"}, {"type": "address", "name": "spreadOracle"}],
    },
)

STATE = State(
    chain_id=ChainId(1),
    block=BlockNumber(24_000_000),
    block_hash=keccak(b"block"),
    timestamp=OBSERVED,
    contracts={
        "OptionsMarket": ContractState(MARKET, "uups", MARKET_V1, keccak(b"v1"), None, "5.0.0", 1),
        "ClearingHouse": ContractState(HOUSE, "transparent", HOUSE_V1, keccak(b"h1"), HOUSE_ADMIN, "5.0.0", 1),
    },
    safe=SafeState(SAFE, "1.4.1", 2, OWNERS, 7),
    timelock=TimelockState(TIMELOCK, Seconds(48 * HOUR), open_executor=False),
)

PLAN = UpgradePlan(
    name="002-put-spreads",
    summary="Adds cash-settled put spreads, and lets the clearing house net them per account.",
    network="mainnet",
    state=STATE,
    operations=(
        DeployImplementation(
            "OptionsMarket",
            "contracts/OptionsMarketV2.sol:OptionsMarketV2",
            keccak(b"creation 1"),
            keccak(b"runtime 1"),
            keccak(b"record 1"),
            MARKET_V2,
        ),
        DeployImplementation(
            "ClearingHouse",
            "contracts/ClearingHouseV2.sol:ClearingHouseV2",
            keccak(b"creation 2"),
            keccak(b"runtime 2"),
            keccak(b"record 2"),
            HOUSE_V2,
        ),
        UpgradeProxy(
            "OptionsMarket", MARKET, "uups", None, "5.0.0", MARKET_V1, MARKET_V2, keccak(b"runtime 1"), INITIALIZE
        ),
        UpgradeProxy(
            "ClearingHouse", HOUSE, "transparent", HOUSE_ADMIN, "5.0.0", HOUSE_V1, HOUSE_V2, keccak(b"runtime 2")
        ),
    ),
    delay=Seconds(48 * HOUR),
    window=Window(Timestamp(OBSERVED + 76 * HOUR), Timestamp(OBSERVED + 82 * HOUR)),
    waivers=(
        Waiver(
            "initializer-bare-implementation",
            "ClearingHouse",
            "Behind a transparent proxy the bare implementation can neither delegatecall nor selfdestruct.",
            "R. Iskander",
            Timestamp(OBSERVED + 30 * 24 * HOUR),
        ),
    ),
    differences=(Difference("OptionsMarket", "version()", "The version is a new one."),),
    commit="9f3c2d1e5b7a4860c1d2e3f4a5b6c7d8e9f00112",
)

CHECKED = (
    Finding(
        "initializer-bare-implementation",
        Severity.WARNING,
        "ClearingHouse",
        "A stranger can initialise the bare implementation.",
        "call _disableInitializers() in the constructor",
        {"function": "initialize(address)"},
    ),
    Finding(
        "storage-renamed",
        Severity.WARNING,
        "OptionsMarket.feeRate",
        "feeRate is now called takerFee; slot 5 keeps its bytes.",
        "acknowledge the rename with @custom:oz-renamed-from feeRate",
        {"at": "contracts/OptionsMarketV2.sol:41", "slot": "5", "bytes": "0-3"},
    ),
    Finding("layout-appended", Severity.NOTE, "OptionsMarket.minimumSpread", "One word was taken from the gap.", ""),
)
FINDINGS = waive(CHECKED, PLAN.waivers, at=OBSERVED)
CORRUPTION = Finding(
    "storage-moved",
    Severity.BLOCKER,
    "ClearingHouse.collateral",
    "collateral moves from slot 3 to slot 4: every balance would be read as zero.",
    "append new variables behind the last one",
    {"slot": "3 to 4"},
)

OPERATION = operation_of(PLAN.calls, salt=PLAN.digest, delay=PLAN.delay)
SCHEDULE = OPERATION.schedule_call(TIMELOCK)
TRANSACTION = SafeTransaction(SCHEDULE.to, Wei(0), SCHEDULE.data, 7)
ACCOUNT = SafeAccount(SAFE, ChainId(1), "1.4.1")
BOOK = Book({**names_of(PLAN), named("oracle").lower(): "OracleAdapter proxy"}, {MARKET.lower(): MARKET_ABI})
HASHES = (
    HashLine("Domain hash", hexed(domain_hash(ACCOUNT))),
    HashLine("Message hash", hexed(message_hash(ACCOUNT, TRANSACTION))),
    HashLine("SafeTxHash", hexed(safe_tx_hash(ACCOUNT, TRANSACTION))),
    HashLine("Operation id", hexed(OPERATION.id)),
    HashLine("Plan digest", hexed(PLAN.digest)),
)

IMPLEMENTATION_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc"


def word(value):
    """Return a storage word as hex."""
    return hexed(Hash32(int(value, 16).to_bytes(32, "big") if isinstance(value, str) else value.to_bytes(32, "big")))


def _implementation(contract, proxy, before, after):
    variable = VariableChange("EIP-1967 implementation", "address", before, after)
    return SlotChange(contract, proxy, IMPLEMENTATION_SLOT, word(before), word(after), (variable,))


CHANGES = (
    _implementation("OptionsMarket", MARKET, MARKET_V1, MARKET_V2),
    SlotChange(
        "OptionsMarket",
        MARKET,
        word(Slot(9)),
        word(0),
        word(100),
        (VariableChange("minimumSpread", "uint256", "0", "100"),),
    ),
    SlotChange(
        "OptionsMarket",
        MARKET,
        "0xf0c57e16840df040f15088dc2f81fe391c3923bec73e23a9662efc9c199c6a00",
        word(1),
        word(2),
        (VariableChange("_initialized", "uint64", "1", "2"),),
    ),
    _implementation("ClearingHouse", HOUSE, HOUSE_V1, HOUSE_V2),
)
STRAY = SlotChange("ClearingHouse", HOUSE, word(Slot(77)), word(5), word(0))


def stepped(name, sender, to, label, gas, timestamp):
    """Return a step that did what it is for."""
    return Step(name, sender, to, label, succeeded=True, gas_used=gas, timestamp=timestamp)


EXECUTED_AT = OBSERVED + 48 * HOUR + 24
SIMULATION = Simulation(
    engine="anvil 1.7.1",
    chain_id=1,
    base_block=24_000_000,
    base_timestamp=OBSERVED,
    plan_digest=hexed(PLAN.digest),
    steps=(
        stepped("deploy", OWNERS[0], named("factory"), "deploy OptionsMarketV2", 2_412_006, OBSERVED + 12),
        stepped("schedule", SAFE, TIMELOCK, "scheduleBatch with 2 calls", 141_872, OBSERVED + 24),
        replace(
            stepped("execute early", OWNERS[0], TIMELOCK, "executeBatch before the delay", 0, OBSERVED + 36),
            detail="TimelockUnexpectedOperationState",
        ),
        replace(
            stepped("execute", OWNERS[0], TIMELOCK, "executeBatch with 2 calls", 187_410, EXECUTED_AT),
            events=(Event(MARKET, f"Upgraded(implementation: {MARKET_V2})"), Event(MARKET, "Initialized(version: 2)")),
        ),
    ),
    call_tree=(
        CallNode(0, "CALL", OWNERS[0], TIMELOCK, "executeBatch(address[],uint256[],bytes[],bytes32,bytes32)"),
        CallNode(1, "CALL", TIMELOCK, MARKET, "upgradeToAndCall(address,bytes)"),
        CallNode(2, "DELEGATECALL", MARKET, MARKET_V1, "upgradeToAndCall(address,bytes)"),
        CallNode(3, "STATICCALL", MARKET, MARKET_V2, "proxiableUUID()"),
        CallNode(3, "DELEGATECALL", MARKET, MARKET_V2, "initializeV2(uint256,address)"),
        CallNode(1, "CALL", TIMELOCK, HOUSE_ADMIN, "upgradeAndCall(address,address,bytes)"),
        CallNode(2, "CALL", HOUSE_ADMIN, HOUSE, "upgradeToAndCall(address,bytes)"),
    ),
    changes=CHANGES,
    probes=(
        Probe(
            "reinitialise", "OptionsMarket", "initializeV2(uint256,address)", "held", "reverts: InvalidInitialization"
        ),
        Probe("bare implementation", "ClearingHouse", "initialize(address)", "failed", "a stranger became its owner"),
        Probe("pause", "OptionsMarket", "pause()", "held", "paused() turned true"),
        Probe("roles", "OptionsMarket", "GUARDIAN_ROLE", "held", "the same holders before and after"),
    ),
    views_compared=64,
    differences=(ViewDifference("OptionsMarket", "version()", "", "1", "2", "The version is a new one."),),
    executed=True,
)

DRAWING = (
    (Span("slot  ", "head"), Span("before                  ", "head"), Span("after", "head")),
    (Span("8     "), Span("uint256 openInterest    "), Span("uint256 openInterest")),
    (Span("9     "), Span("uint256[41] __gap       ", "gap"), Span("uint256 minimumSpread", "new")),
    (Span("10    "), Span("  …                     ", "gap"), Span("uint256[40] __gap", "gap")),
)

PLANNED = Dossier(plan=PLAN)
DOSSIER = Dossier(
    plan=PLAN,
    findings=FINDINGS,
    checks=38,
    simulation=SIMULATION,
    hashes=HASHES,
    calls=(safe_call_line(TRANSACTION, BOOK),),
    layouts={"OptionsMarket": DRAWING},
    sources=("OptionsMarketV2: solc 0.8.37, optimizer 200 runs, evm cancun",),
    authority=("weakest path: two owners of the Safe, then 48 h",),
    names=BOOK.names,
    roles={"OptionsMarket": "trades and settles options", "ClearingHouse": "margin and liquidation"},
    project="Strike Exchange",
    author="M. Okafor",
    upgrade="002-put-spreads",
)
UNSAFE = replace(DOSSIER, findings=(*FINDINGS, CORRUPTION), simulation=replace(SIMULATION, changes=(*CHANGES, STRAY)))

HOSTILE_TEXT = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>\x1b[2J\u202e`|*_[x](javascript:1)\x00" + "A" * 1_000_000
)


def _hostile():
    plan = replace(
        PLAN,
        name=HOSTILE_TEXT,
        summary=HOSTILE_TEXT,
        network=HOSTILE_TEXT,
        commit=HOSTILE_TEXT,
        differences=(Difference(HOSTILE_TEXT, HOSTILE_TEXT, HOSTILE_TEXT),),
    )
    finding = Finding(
        HOSTILE_TEXT, Severity.BLOCKER, HOSTILE_TEXT, HOSTILE_TEXT, HOSTILE_TEXT, {HOSTILE_TEXT: HOSTILE_TEXT}
    )
    waived = Finding(
        "x", Severity.NOTE, HOSTILE_TEXT, HOSTILE_TEXT, "", {"waived": HOSTILE_TEXT, "waived by": HOSTILE_TEXT}
    )
    simulation = replace(
        SIMULATION,
        engine=HOSTILE_TEXT,
        plan_digest=hexed(plan.digest),
        steps=(
            replace(
                stepped(HOSTILE_TEXT, SAFE, HOSTILE_TEXT, HOSTILE_TEXT, 1, 1 << 70),
                detail=HOSTILE_TEXT,
                events=(Event("", HOSTILE_TEXT),),
            ),
        ),
        call_tree=(CallNode(1 << 30, HOSTILE_TEXT, "", HOSTILE_TEXT, HOSTILE_TEXT, HOSTILE_TEXT, failed=True),),
        changes=(SlotChange(HOSTILE_TEXT, "", HOSTILE_TEXT, HOSTILE_TEXT, HOSTILE_TEXT),),
        probes=(Probe(HOSTILE_TEXT, HOSTILE_TEXT, HOSTILE_TEXT, "unclear", HOSTILE_TEXT),),
        differences=(ViewDifference(HOSTILE_TEXT, HOSTILE_TEXT, HOSTILE_TEXT, HOSTILE_TEXT, HOSTILE_TEXT),),
    )
    return Dossier(
        plan=plan,
        findings=(finding, waived),
        checks=1,
        simulation=simulation,
        hashes=(HashLine("SafeTxHash", HOSTILE_TEXT), HashLine(HOSTILE_TEXT, HOSTILE_TEXT)),
        calls=DOSSIER.calls,
        layouts={HOSTILE_TEXT: ((Span(HOSTILE_TEXT, HOSTILE_TEXT),),)},
        sources=(HOSTILE_TEXT,),
        authority=(HOSTILE_TEXT,),
        names={MARKET.lower(): HOSTILE_TEXT},
        roles={"OptionsMarket": HOSTILE_TEXT},
        project=HOSTILE_TEXT,
        author=HOSTILE_TEXT,
        upgrade=HOSTILE_TEXT,
        commands=(HOSTILE_TEXT,),
    )


HOSTILE = _hostile()
