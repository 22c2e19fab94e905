"""Perpetual Protocol v2, as published on npm: four bytecodes of its ClearingHouseConfig behind a real proxy.

The proxy is OpenZeppelin's, owned by the timelock that the Safe proposes to.  What is deployed is the published
bytecode; the source that compiles to it (but for metadata) gives layout and AST.
"""

import json
import shutil
from pathlib import Path

import pytest
from eth_abi.abi import encode

from upgrader.calls import Call, encode_call
from upgrader.cli.demo.invoke import invoke
from upgrader.edges import packages
from upgrader.edges.anvil import Anvil
from upgrader.flows.demo.governance import GovernanceCode, deploy_governance
from upgrader.flows.path import one
from upgrader.inquiry import ReadCall
from upgrader.units import Seconds, address, hex_bytes

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".build" / "tests" / "perp"
MODULES = "../../../node_modules"
"""As seen from the folder."""

DELAY = Seconds(172_800)
PACKAGES = {
    "1.0.2": "perp-curie-1.0.2",
    "1.0.10": "perp-curie-1.0.10",
    "1.1.0": "perp-curie-1.1.0",
    "2.8.4": "@perp/curie-contract",
}
HOPS = (("1.0.2", "1.0.10"), ("1.0.10", "1.1.0"), ("1.1.0", "2.8.4"))

PROJECT = """\
schema = 1
[project]
name = "perpetual-protocol"
[solc]
version = "0.7.6"
optimizer_runs = 100
remappings = ["@openzeppelin/contracts-upgradeable/=oz-upgradeable-3/", "@openzeppelin/contracts/=oz-3/"]
[governance.main]
network = "local"
safe = "{safe}"
timelock = "{timelock}"
[contracts.config]
network = "local"
proxy = "{proxy}"
source = "{source}"
compiled_from = "{compiled_from}"
governance = "main"
"""

UPGRADE = """\
schema = 1
[upgrade]
name = "to-{slug}"
summary = "ClearingHouseConfig {new}."
governance = "main"
[[change]]
contract = "config"
source = "{source}"
compiled_from = "{compiled_from}"
"""

LAST = """
[[waiver]]
code = "new-state-zero"
subject = "config.getMarkPriceConfig()"
reason = "AccountBalance falls back to the index price until the owner sets both intervals."
author = "risk"
until = 2100-01-01T00:00:00Z
[[difference]]
contract = "config"
observable = "isBackstopLiquidityProvider(address)"
why = "Version 2 has no backstop liquidity providers any more."
[[difference]]
contract = "config"
observable = "setBackstopLiquidityProvider(address,bool)"
why = "Version 2 has no backstop liquidity providers any more."
[[difference]]
contract = "config"
observable = "setPartialCloseRatio(uint24)"
why = "Version 2 sets no ratio for partial closes any more."
[[difference]]
contract = "config"
observable = "setTwapInterval(uint32)"
why = "An interval of zero is taken since."
"""


def _artifact(version):
    return f"{MODULES}/{PACKAGES[version]}/artifacts/contracts/ClearingHouseConfig.sol/ClearingHouseConfig.json"


def _source(version):
    return f"{MODULES}/{PACKAGES[version]}/contracts/ClearingHouseConfig.sol:ClearingHouseConfig"


@pytest.fixture(scope="module")
def perp():
    """The chain, the proxy on version 1.0.2 with values of its owner, and the governance."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    (FOLDER / "networks").mkdir(parents=True)
    with Anvil() as sandbox:
        accounts = [address(text) for text in sandbox.request("eth_accounts")]
        code = GovernanceCode(
            *(
                packages.creation_code(path, ROOT)
                for path in (packages.SAFE_SINGLETON, packages.SAFE_FACTORY, packages.SAFE_HANDLER, packages.TIMELOCK)
            )
        )
        governance = deploy_governance(sandbox, sandbox.deploy, code, accounts[1:4], 2, DELAY)
        published = json.loads((FOLDER / _artifact("1.0.2")).read_text())
        implementation = sandbox.deploy(hex_bytes(published["bytecode"]))
        proxy = sandbox.deploy(
            packages.creation_code(packages.TRANSPARENT_PROXY, ROOT)
            + encode(
                ("address", "address", "bytes"), (implementation, governance.timelock, encode_call("initialize()"))
            )
        )
        owner = sandbox.impersonate(accounts[0])
        assert owner.send(Call(proxy, encode_call("setMaxMarketsPerAccount(uint8)", 17))).status
        (FOLDER / "networks" / "local.toml").write_text(
            f'chain_id = 31337\nrpc = ["{sandbox.url}"]\ntest = true\nfinality = "latest"\n'
        )
        yield sandbox, governance, proxy


def _write(perp, old, new, number, extra=""):
    _, governance, proxy = perp
    (FOLDER / "upgrader.toml").write_text(
        PROJECT.format(
            safe=governance.safe,
            timelock=governance.timelock,
            proxy=proxy,
            source=_artifact(old),
            compiled_from=_source(old),
        )
    )
    slug = new.replace(".", "-")
    bundle = FOLDER / "upgrades" / f"{number:03d}-to-{slug}"
    bundle.mkdir(parents=True, exist_ok=True)
    (bundle / "upgrade.toml").write_text(
        UPGRADE.format(slug=slug, new=new, source=_artifact(new), compiled_from=_source(new)) + extra
    )
    return bundle.name


def _ok(*arguments):
    ran = invoke(FOLDER, *arguments)
    assert ran.exit == 0, ran.document
    return ran


@pytest.mark.parametrize("hop", HOPS, ids="-to-".join)
def test_each_hop_is_checked_simulated_and_executed(perp, hop):
    """Every layout is safe, every hop warns of the bare implementation, the last one finds the new state at zero."""
    sandbox, _, proxy = perp
    old, new = hop
    last = new == "2.8.4"
    name = _write(perp, old, new, HOPS.index(hop) + 1, LAST if last else "")
    checked = _ok("check", name)
    assert not [code for code in checked.codes if code.startswith("storage-")]
    assert {f["severity"] for f in checked.document["findings"] if f["code"] == "implementation-unlocked"} == {
        "WARNING"
    }
    _ok("plan", name)

    simulated = _ok("simulate", name)

    weights = {finding["code"]: finding for finding in simulated.document["findings"]}
    assert weights["implementation-initialisable"]["severity"] == "WARNING"
    assert ("new-state-zero" in weights) == last
    if last:
        zero = weights["new-state-zero"]
        assert (zero["severity"], zero["subject"]) == ("NOTE", "config.getMarkPriceConfig()")
        assert zero["evidence"]["waived severity"] == "BLOCKER"
        page = (FOLDER / "upgrades" / name / "report.html").read_text()
        assert "falls back to the index price" in page
    _ok("deploy", name, "--execute", "--account", "dev:0")
    _ok("propose", name)
    for signer in ("dev:1", "dev:2"):
        _ok("sign", name, "--account", signer)
    _ok("schedule", name, "--execute", "--account", "dev:0")
    sandbox.advance(DELAY)
    _ok("execute", name, "--execute", "--account", "dev:9")
    _ok("verify", name)
    (kept,) = sandbox.ask(one(ReadCall(proxy, encode_call("getMaxMarketsPerAccount()"))))
    assert int.from_bytes(kept, "big") == 17


@pytest.mark.usefixtures("perp")
def test_one_hop_is_of_metadata_alone():
    """What 1.0.10 and 1.1.0 do is the same to the byte; only what solc appends differs, and the others differ more."""

    def code_of(version):
        published = hex_bytes(json.loads((FOLDER / _artifact(version)).read_text())["deployedBytecode"])
        return published[: -2 - int.from_bytes(published[-2:], "big")], published

    bare, whole = zip(*(code_of(version) for version in PACKAGES), strict=True)

    assert len(set(whole)) == 4
    assert bare[1] == bare[2]
    assert len(set(bare)) == 3


def test_a_hop_to_equal_code_is_nothing_to_upgrade(perp):
    """The proxy runs 2.8.4; planning 2.8.4 again says so."""
    name = _write(perp, "2.8.4", "2.8.4", 9)

    ran = invoke(FOLDER, "plan", name)

    assert (2, "nothing to upgrade: every proxy already runs this code") == (ran.exit, ran.data["error"]["message"])
