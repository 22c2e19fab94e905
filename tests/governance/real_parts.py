"""A local chain and the published bytecode that governs real ones: anvil, Safe and OpenZeppelin from npm."""

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from eth_abi.abi import encode

from upgrader.calls import Call, encode_call, types_of
from upgrader.edges.rpc import RpcChain
from upgrader.inquiry import Log
from upgrader.ports import Receipt
from upgrader.units import ZERO_ADDRESS, Address, Hash32, Wei, address, hex_bytes, hexed

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "node_modules"

DEPLOYER = Address("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266")
"""The first of anvil's unlocked development accounts."""

KEYS = tuple(bytes([0] * 31 + [number]) for number in (1, 2, 3))
"""Development keys of three owners; their addresses follow."""

OWNERS = (
    Address("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"),
    Address("0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF"),
    Address("0x6813Eb9362372EEF6200f3b1dbC3f819671cBA69"),
)

SAFES = {
    "1.3.0": ("@gnosis.pm/safe-contracts", "GnosisSafe.sol/GnosisSafe", "GnosisSafeProxyFactory"),
    "1.4.1": ("@safe-global/safe-contracts", "Safe.sol/Safe", "SafeProxyFactory"),
    "1.5.0": ("@safe-global/safe-smart-account", "Safe.sol/Safe", "SafeProxyFactory"),
}
"""Version -> npm package, singleton, factory."""

TIMELOCKS = {"3.4": "oz-3", "4.9": "oz-4", "5.7": "@openzeppelin/contracts"}
"""OpenZeppelin version -> npm package."""


def openzeppelin(name: str, package: str = "@openzeppelin/contracts") -> bytes:
    """Return the creation code of a contract of an OpenZeppelin package."""
    return _bytecode(MODULES / package / "build/contracts" / f"{name}.json")


def safe_part(version: str, path: str) -> bytes:
    """Return the creation code of a contract of a Safe package, named ``folder/File.sol/Name``."""
    return _bytecode(MODULES / SAFES[version][0] / "build/artifacts/contracts" / f"{path}.json")


@lru_cache
def _bytecode(path: Path) -> bytes:
    return hex_bytes(json.loads(path.read_text())["bytecode"])


class LocalChain(RpcChain):
    """Anvil, with what a test does to a chain beside reading it."""

    def rpc(self, method: str, *params: Any) -> Any:
        """Make one request."""
        return self.request(method, *params)

    def deploy(self, creation: bytes, signature: str = "constructor()", *arguments: Any, value: int = 0) -> Address:
        """Deploy creation code with constructor arguments and return the new contract's address."""
        data = creation + encode(types_of(signature), arguments)
        receipt = self._mine({"from": DEPLOYER, "data": hexed(data), "value": hex(value)})
        assert receipt["status"] == "0x1", "the constructor reverted"
        return address(receipt["contractAddress"])

    def send(self, call: Call, sender: Address | None = None) -> Receipt:
        """Send a call as ``sender`` (impersonated) and return its receipt, whatever its status."""
        origin = sender or call.sender or DEPLOYER
        self.rpc("anvil_impersonateAccount", origin)
        self.rpc("anvil_setBalance", origin, hex(10**24))
        raw = self._mine({"from": origin, "to": call.to, "data": hexed(call.data), "value": hex(call.value)})
        logs = tuple(
            Log(
                address(x["address"]),
                tuple(map(hex_bytes, x["topics"])),
                hex_bytes(x["data"]),
                int(x["blockNumber"], 16),
                0,
            )
            for x in raw["logs"]
        )
        return Receipt(
            Hash32(hex_bytes(raw["transactionHash"])),
            raw["status"] == "0x1",
            int(raw["blockNumber"], 16),
            int(raw["gasUsed"], 16),
            logs,
        )

    def do(self, to: Address, signature: str, *arguments: Any, sender: Address | None = None) -> Receipt:
        """Send ``signature`` with arguments and demand that it succeeds."""
        receipt = self.send(Call(to, encode_call(signature, *arguments)), sender)
        assert receipt.status, f"{signature} reverted"
        return receipt

    def call(self, to: Address, signature: str, *arguments: Any, sender: Address = DEPLOYER) -> bytes:
        """Return what a static call answers."""
        return hex_bytes(
            self.rpc(
                "eth_call", {"from": sender, "to": to, "data": hexed(encode_call(signature, *arguments))}, "latest"
            )
        )

    def advance(self, duration: int) -> None:
        """Move the clock and mine a block."""
        self.rpc("evm_increaseTime", duration)
        self.rpc("evm_mine")

    def _mine(self, transaction: dict[str, Any]) -> dict[str, Any]:
        digest = self.rpc("eth_sendTransaction", {"gas": hex(12_000_000), **transaction})
        for _ in range(1_000):
            if receipt := self.rpc("eth_getTransactionReceipt", digest):
                return receipt
            time.sleep(0.002)
        raise AssertionError("anvil did not mine the transaction")


@contextmanager
def anvil(*options: str) -> Iterator[LocalChain]:
    """Run anvil on a free port and stop it afterwards."""
    command = [str(MODULES / ".bin/anvil"), "--port", "0", *options]
    environment = {**os.environ, "HOME": str(ROOT / ".tools")}
    # Into a file, because anvil stops when nobody empties its pipe.
    with NamedTemporaryFile() as output, subprocess.Popen(command, stdout=output, env=environment) as process:
        try:
            yield LocalChain([_url(Path(output.name), process)])
        finally:
            process.terminate()


def _url(output: Path, process: "subprocess.Popen[bytes]") -> str:
    while process.poll() is None:
        if found := re.search(r"Listening on (\S+)", output.read_text()):
            return f"http://{found[1]}"
        time.sleep(0.01)
    raise AssertionError("anvil ended before it listened")


def deploy_safe(
    chain: LocalChain, version: str = "1.4.1", owners: tuple[Address, ...] = OWNERS, threshold: int = 2
) -> Address:
    """Deploy a Safe with its own singleton, factory and fallback handler, as the Safe web app would."""
    _, singleton_path, factory_name = SAFES[version]
    singleton = chain.deploy(safe_part(version, singleton_path))
    factory = chain.deploy(safe_part(version, f"proxies/{factory_name}.sol/{factory_name}"))
    handler = chain.deploy(safe_part(version, "handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler"))
    setup = encode_call(
        "setup(address[],uint256,address,bytes,address,address,uint256,address)",
        *(list(owners), threshold, ZERO_ADDRESS, b"", handler, ZERO_ADDRESS, 0, ZERO_ADDRESS),
    )
    receipt = chain.do(factory, "createProxyWithNonce(address,bytes,uint256)", singleton, setup, 0)
    created = next(log for log in receipt.logs if log.address == factory)
    # The proxy is the first word of the data in 1.3.0 and an indexed topic afterwards.
    word = created.topics[1] if len(created.topics) > 1 else created.data[:32]
    return address(hexed(word[-20:]))


def deploy_timelock(
    chain: LocalChain,
    version: str = "5.7",
    *,
    delay: int = 172_800,
    proposers: tuple[Address, ...],
    executors: tuple[Address, ...] = (ZERO_ADDRESS,),
    admin: Address = ZERO_ADDRESS,
) -> Address:
    """Deploy a TimelockController; 3.4 always makes its deployer an admin, who renounces here."""
    code = openzeppelin("TimelockController", TIMELOCKS[version])
    arguments = (delay, list(proposers), list(executors))
    if version != "3.4":
        return chain.deploy(code, "constructor(uint256,address[],address[],address)", *arguments, admin)
    timelock = chain.deploy(code, "constructor(uint256,address[],address[])", *arguments)
    if admin != DEPLOYER:
        role = chain.call(timelock, "TIMELOCK_ADMIN_ROLE()")
        chain.do(timelock, "renounceRole(bytes32,address)", role, DEPLOYER)
    return timelock


def sign(digest: Hash32, key: bytes) -> bytes:
    """Return the 65-byte signature of a hash."""
    from eth_account import Account

    return bytes(Account.unsafe_sign_hash(digest, key).signature)


def ether(amount: int) -> Wei:
    """Return ``amount`` ether."""
    return Wei(amount * 10**18)
