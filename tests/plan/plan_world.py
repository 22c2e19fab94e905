"""A small world: a UUPS market and a transparent clearing house behind a 48-hour timelock and a 2-of-3 Safe."""

from upgrader.plan.operations import UpgradeProxy
from upgrader.plan.state import ContractState, SafeState, State, TimelockState
from upgrader.units import BlockNumber, ChainId, Seconds, Timestamp, address, keccak

MARKET = address("0x" + "a1" * 20)
HOUSE = address("0x" + "b2" * 20)
ADMIN = address("0x" + "b3" * 20)
OLD_MARKET, OLD_HOUSE = address("0x" + "11" * 20), address("0x" + "22" * 20)
NEW_MARKET_CODE, NEW_HOUSE_CODE = keccak(b"market v2"), keccak(b"house v2")

STATE = State(
    chain_id=ChainId(31337),
    block=BlockNumber(100),
    block_hash=keccak(b"block 100"),
    timestamp=Timestamp(1_800_000_000),
    contracts={
        "market": ContractState(MARKET, "uups", OLD_MARKET, keccak(b"old market"), None, "5.0.0", 1),
        "clearing": ContractState(HOUSE, "transparent", OLD_HOUSE, keccak(b"old house"), ADMIN, "5.0.0", 1),
    },
    safe=SafeState(
        address("0x" + "5a" * 20), "1.4.1", 2, tuple(address("0x" + digit * 40) for digit in ("7", "8", "9")), 4
    ),
    timelock=TimelockState(address("0x" + "71" * 20), Seconds(172_800), open_executor=True),
)


def upgrade(name, after, code, call=b""):
    there = STATE.contracts[name]
    return UpgradeProxy(
        contract=name,
        proxy=there.proxy,
        kind=there.kind,
        admin=there.admin,
        interface_version=there.interface_version,
        before=there.implementation,
        after=after,
        after_code_hash=code,
        call=call,
    )
