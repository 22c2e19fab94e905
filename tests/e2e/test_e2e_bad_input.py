"""What goes wrong in real life: one clear error, its remedy, its exit code, nothing half-written."""

import hashlib
import http.server
import json
import socket
import threading
from contextlib import contextmanager

import pytest

from upgrader.cli.app import main
from upgrader.cli.demo.invoke import invoke
from upgrader.cli.demo.journey import UPGRADE
from upgrader.edges.anvil import Anvil
from upgrader.edges.contents import write_manifest
from upgrader.edges.keys import open_key
from upgrader.edges.rpc import RpcChain
from upgrader.units import ChainId, Slot, keccak, word

INPUT, BLOCKED, MISMATCH, NOT_READY, UNAVAILABLE = 2, 3, 5, 6, 7
IMPLEMENTATION_SLOT = Slot(0x360894A13BA1A3210667C828492DB98DCA3E2076CC3735A920A3CA505D382BBC)


def _files(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (folder / "upgrades").rglob("*")
        if path.is_file()
    }


def _fails(folder, code, *arguments):
    """Run a command that must fail without writing; return its error."""
    before = _files(folder)

    ran = invoke(folder, *arguments)

    assert (code, False) == (ran.exit, ran.document["ok"]), ran.document
    assert before == _files(folder)
    error = ran.data["error"]
    assert error["message"]
    assert error["remedy"]
    return error


def _edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_an_unknown_upgrade_is_named_with_the_known_ones(desk):
    """A mistyped name lists what there is."""
    _, _, folder = desk

    assert UPGRADE in _fails(folder, INPUT, "plan", "put-sprads")["message"]


def test_a_missing_source_is_bad_input(desk):
    """The file that is not there is named."""
    _, _, folder = desk
    _edit(folder / "upgrades" / UPGRADE / "upgrade.toml", "contracts/v2/OptionsMarket.sol", "contracts/v2/Nothing.sol")

    assert "Nothing.sol" in str(_fails(folder, INPUT, "plan", UPGRADE))


def test_a_call_that_the_new_code_lacks_is_bad_input(desk):
    """A mistyped initializer is found before anybody signs; the one that was meant is named."""
    _, _, folder = desk
    _edit(folder / "upgrades" / UPGRADE / "upgrade.toml", "initializeV2(uint256)", "initialiseV2(uint256)")

    error = _fails(folder, INPUT, "plan", UPGRADE)

    assert "has no function initialiseV2(uint256)" in error["message"]
    assert "initializeV2(uint256)" in error["remedy"]


def test_an_address_without_code_is_no_proxy(desk):
    """A proxy that is on another chain, or nowhere, is said to be none."""
    _, protocol, folder = desk
    _edit(folder / "upgrader.toml", protocol.market, "0x" + "12" * 20)

    assert "no proxy" in _fails(folder, INPUT, "plan", UPGRADE)["message"]


def test_a_chain_with_another_id_is_refused(desk):
    """The network file says which chain it is; an endpoint of another one is a mismatch."""
    _, _, folder = desk
    _edit(folder / "networks" / "local.toml", "chain_id = 31337", "chain_id = 1")

    assert "31337" in _fails(folder, MISMATCH, "status", UPGRADE)["message"]


@contextmanager
def _answering(body):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_an_endpoint_that_answers_html_is_unavailable(desk):
    """A login page is no chain."""
    _, _, folder = desk
    with _answering(b"<html>please log in</html>") as url:
        _fails(folder, UNAVAILABLE, "status", UPGRADE, "--rpc", url)


def test_an_endpoint_that_keeps_silent_is_unavailable(desk, monkeypatch):
    """A connection that is taken and never answered ends with the time limit, not with the user's patience."""
    _, _, folder = desk
    monkeypatch.setitem(RpcChain.__init__.__kwdefaults__, "timeout", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"

        assert "no answer within 0.3 s" in _fails(folder, UNAVAILABLE, "status", UPGRADE, "--rpc", url)["message"]


def test_an_endpoint_that_lies_about_its_chain_is_found_out(desk):
    """One of two endpoints is of another chain: nothing that is signed rests on it."""
    sandbox, _, folder = desk
    with _answering(b'{"jsonrpc":"2.0","id":1,"result":"0x1"}') as liar:
        _fails(folder, MISMATCH, "propose", UPGRADE, "--rpc", sandbox.url, "--rpc", liar)


def test_an_endpoint_does_not_lie_its_way_through_another_chain(desk):
    """It says 31337, but what the plan observed is not there."""
    _, _, folder = desk
    with Anvil(chain_id=ChainId(31337)) as empty:
        assert "stale" in _fails(folder, MISMATCH, "propose", UPGRADE, "--rpc", empty.url)["message"]


def test_an_endpoint_that_does_not_answer_is_unavailable(desk):
    """A closed port names the endpoint."""
    _, _, folder = desk

    assert "127.0.0.1" in str(_fails(folder, UNAVAILABLE, "status", UPGRADE, "--rpc", "http://127.0.0.1:9"))


def test_a_stale_plan_is_a_mismatch(desk):
    """The proxy was upgraded by somebody else since the plan was made."""
    sandbox, protocol, folder = desk
    other = sandbox.request("eth_getStorageAt", protocol.house, hex(IMPLEMENTATION_SLOT), "latest")
    sandbox.set_storage(protocol.market, IMPLEMENTATION_SLOT, bytes.fromhex(other[2:]))

    assert "stale" in _fails(folder, MISMATCH, "propose", UPGRADE)["message"]


def test_a_timelock_that_waits_otherwise_makes_a_plan_stale(desk):
    """What signers were told of the delay must still hold; status says what changed."""
    sandbox, _, folder = desk
    timelock = json.loads((folder / "upgrades" / UPGRADE / "plan.json").read_text())["plan"]["state"]["timelock"]
    # OpenZeppelin's TimelockController keeps _minDelay behind its roles (0) and timestamps (1).
    sandbox.set_storage(timelock["address"], Slot(2), word(60))

    assert "to 60" in _fails(folder, MISMATCH, "propose", UPGRADE)["message"]
    assert invoke(folder, "status", UPGRADE).data["stage"] == "stale"


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("plan.json", '"delay": 172800', '"delay": 172801'),
        ("evidence/findings.json", '"verdict": "safe"', '"verdict": "SAFE"'),
        ("upgrade.toml", "put spreads", "put spreadz"),
    ],
)
def test_a_tampered_bundle_is_a_mismatch(desk, path, old, new):
    """A sealed file that was edited is named."""
    _, _, folder = desk
    _edit(folder / "upgrades" / UPGRADE / path, old, new)

    assert path in _fails(folder, MISMATCH, "propose", UPGRADE)["message"]


def test_every_sealed_file_is_guarded(desk):
    """Whichever file of the bundle is changed, taken away or added, it is named and nothing goes on."""
    _, _, folder = desk
    bundle = folder / "upgrades" / UPGRADE
    sealed = [line.split("  ", 1)[1] for line in (bundle / "MANIFEST").read_text().splitlines()]
    assert {"plan.json", "upgrade.toml", "build/market.json", "evidence/simulation.json", "report.html"} <= set(sealed)
    for path in sealed:
        kept = (bundle / path).read_bytes()
        (bundle / path).write_bytes(kept + b"\n")
        assert f"changed: {path}" in _fails(folder, MISMATCH, "verify", UPGRADE)["message"]
        (bundle / path).write_bytes(kept)
    (bundle / "build" / "market.json").unlink()
    (bundle / "evidence" / "more.json").write_text("{}")

    message = _fails(folder, MISMATCH, "propose", UPGRADE)["message"]

    assert "missing: build/market.json" in message
    assert "not listed: evidence/more.json" in message


def test_a_resealed_plan_is_still_found_out(desk):
    """Whoever edits the plan and renews the manifest meets the plan's own digest."""
    _, _, folder = desk
    bundle = folder / "upgrades" / UPGRADE
    _edit(bundle / "plan.json", '"delay": 172800', '"delay": 60')
    write_manifest(bundle)

    assert "digest" in _fails(folder, MISMATCH, "propose", UPGRADE)["message"]


def test_signing_before_proposing_is_not_ready(desk, capsys, monkeypatch):
    """The order of the journey is told, by status too."""
    _, _, folder = desk
    monkeypatch.chdir(folder)

    with pytest.raises(SystemExit):
        main(["status", UPGRADE])

    assert f"next: upgrader propose {UPGRADE}" == capsys.readouterr().out.splitlines()[-1]
    assert "propose" in _fails(folder, NOT_READY, "sign", UPGRADE, "--account", "dev:1")["remedy"]


def test_a_stranger_cannot_sign(desk):
    """Only owners of the Safe sign; the stranger is named."""
    _, _, folder = desk
    assert invoke(folder, "propose", UPGRADE).exit == 0

    assert "not an owner" in _fails(folder, INPUT, "sign", UPGRADE, "--account", "dev:8")["message"]


def test_a_signature_for_another_nonce_is_explained(desk):
    """An owner's signature over a later nonce says which nonce it is for."""
    _, _, folder = desk
    assert invoke(folder, "propose", UPGRADE, "--nonce", "3").exit == 0
    assert invoke(folder, "sign", UPGRADE, "--account", "dev:1").exit == 0
    exported = folder / "signatures.json"
    assert invoke(folder, "signatures", UPGRADE, "--export", str(exported)).exit == 0
    signature = json.loads(exported.read_text())["signatures"][0]["signature"]
    for path in (folder / "upgrades" / UPGRADE / "signatures").iterdir():
        path.unlink()
    assert invoke(folder, "propose", UPGRADE).exit == 0

    assert "nonce 3" in _fails(folder, INPUT, "signatures", UPGRADE, "--add", signature)["message"]


def test_a_nonce_that_the_safe_has_not_reached_is_not_ready(desk):
    """What was proposed behind the Safe's other transactions waits for them."""
    _, _, folder = desk
    assert invoke(folder, "propose", UPGRADE, "--nonce", "3").exit == 0
    for signer in ("dev:1", "dev:2"):
        assert invoke(folder, "sign", UPGRADE, "--account", signer).exit == 0

    assert "for 3" in _fails(folder, NOT_READY, "schedule", UPGRADE, "--execute", "--account", "dev:0")["message"]


def test_a_signature_for_another_upgrade_is_explained(desk):
    """The file says which upgrade it is for."""
    _, _, folder = desk
    assert invoke(folder, "propose", UPGRADE).exit == 0
    assert invoke(folder, "sign", UPGRADE, "--account", "dev:1").exit == 0
    (path,) = (folder / "upgrades" / UPGRADE / "signatures").iterdir()
    foreign = folder / "foreign.json"
    foreign.write_text(json.dumps({**json.loads(path.read_text()), "upgrade": "other"}))
    path.unlink()

    assert "for other" in _fails(folder, INPUT, "signatures", UPGRADE, "--import", str(foreign))["message"]


def test_a_strangers_signature_is_not_taken_in(desk):
    """A signature that travels as a file is verified before it is kept."""
    _, _, folder = desk
    assert invoke(folder, "propose", UPGRADE).exit == 0
    proposal = json.loads((folder / "upgrades" / UPGRADE / "proposal.json").read_text())
    stranger = open_key("dev:8", test=True, passphrase=str)
    signature = "0x" + stranger.sign_typed_data(proposal["actions"]["schedule"]["typedData"]).hex()

    assert "not an owner" in _fails(folder, INPUT, "signatures", UPGRADE, "--add", signature)["message"]


def test_a_signature_file_that_names_another_owner_is_found_out(desk):
    """Writing an owner's name into a file does not make it theirs; nothing is scheduled with it."""
    _, _, folder = desk
    assert invoke(folder, "propose", UPGRADE).exit == 0
    assert invoke(folder, "sign", UPGRADE, "--account", "dev:1").exit == 0
    (path,) = (folder / "upgrades" / UPGRADE / "signatures").iterdir()
    other = invoke(folder, "signatures", UPGRADE).data["missing"][0]
    path.write_text(json.dumps({**json.loads(path.read_text()), "owner": other}))

    assert path.name in str(_fails(folder, INPUT, "schedule", UPGRADE, "--execute", "--account", "dev:0"))


def test_signing_twice_is_refused_and_counts_once(desk):
    """The same owner's second signature is said to be there, however it comes; nothing changes."""
    _, _, folder = desk
    assert invoke(folder, "propose", UPGRADE).exit == 0
    assert invoke(folder, "sign", UPGRADE, "--account", "dev:1").exit == 0
    (path,) = (folder / "upgrades" / UPGRADE / "signatures").iterdir()
    signature = json.loads(path.read_text())
    twice = folder / "twice.json"
    twice.write_text(json.dumps({"signatures": [signature, signature]}))

    assert "already" in _fails(folder, INPUT, "sign", UPGRADE, "--account", "dev:1")["message"]
    assert "already" in _fails(folder, INPUT, "signatures", UPGRADE, "--add", signature["signature"])["message"]
    assert "signed twice" in _fails(folder, INPUT, "signatures", UPGRADE, "--import", str(twice))["message"]
    assert invoke(folder, "signatures", UPGRADE, "--import", str(path)).exit == 0
    assert len(invoke(folder, "signatures", UPGRADE).data["signed"]) == 1
    assert "1 of 2" in _fails(folder, NOT_READY, "schedule", UPGRADE, "--execute", "--account", "dev:0")["message"]


def test_nothing_is_sent_without_execute(desk):
    """A dry run shows the transaction; the chain stays where it is."""
    sandbox, _, folder = desk
    assert invoke(folder, "propose", UPGRADE).exit == 0
    for signer in ("dev:1", "dev:2"):
        assert invoke(folder, "sign", UPGRADE, "--account", signer).exit == 0
    before = sandbox.block().number

    ran = invoke(folder, "schedule", UPGRADE)

    assert (0, False) == (ran.exit, ran.data["sent"])
    assert before == sandbox.block().number


def test_planning_again_takes_away_what_was_signed_of_the_plan_before(desk):
    """Signatures of a transaction that is no more neither count nor stand in the way."""
    sandbox, _, folder = desk
    assert invoke(folder, "propose", UPGRADE).exit == 0
    assert invoke(folder, "sign", UPGRADE, "--account", "dev:1").exit == 0
    sandbox.advance(60)

    assert invoke(folder, "plan", UPGRADE).exit == 0

    bundle = folder / "upgrades" / UPGRADE
    assert [] == list((bundle / "signatures").iterdir())
    assert not list(bundle.glob("proposal*"))
    assert 0 == invoke(folder, "status", UPGRADE).data["signatures"]


def test_what_waits_in_the_timelock_is_not_planned_away(desk):
    """A new plan would leave a scheduled operation that no bundle could cancel."""
    _, _, folder = desk
    assert invoke(folder, "propose", UPGRADE).exit == 0
    for signer in ("dev:1", "dev:2"):
        assert invoke(folder, "sign", UPGRADE, "--account", signer).exit == 0
    assert invoke(folder, "schedule", UPGRADE, "--execute", "--account", "dev:0").exit == 0

    assert "waiting in its timelock" in _fails(folder, MISMATCH, "plan", UPGRADE)["message"]


def test_a_used_nonce_asks_for_a_new_proposal(desk):
    """Signatures for a nonce that the Safe has passed are worth nothing."""
    sandbox, _, folder = desk
    assert invoke(folder, "propose", UPGRADE).exit == 0
    for signer in ("dev:1", "dev:2"):
        assert invoke(folder, "sign", UPGRADE, "--account", signer).exit == 0
    safe = json.loads((folder / "upgrades" / UPGRADE / "plan.json").read_text())["plan"]["state"]["safe"]["address"]
    sandbox.set_storage(safe, Slot(5), word(7))

    assert "nonce 7" in _fails(folder, MISMATCH, "schedule", UPGRADE)["message"]


def test_a_guard_that_refuses_is_found_by_the_simulation(desk):
    """The Safe's real guard is on during the simulation: one that reverts stops the path."""
    sandbox, protocol, folder = desk
    safe = json.loads((folder / "upgrades" / UPGRADE / "plan.json").read_text())["plan"]["state"]["safe"]["address"]
    guard = int.from_bytes(keccak(b"guard_manager.guard.address"), "big")
    # The collateral token answers no guard call, so it reverts as a refusing guard does.
    sandbox.set_storage(safe, Slot(guard), bytes(12) + bytes.fromhex(protocol.collateral[2:]))

    assert "guard" in _fails(folder, MISMATCH, "simulate", UPGRADE)["message"]
    invoke(folder, "plan", UPGRADE)

    ran = invoke(folder, "simulate", UPGRADE)

    assert (4, "unsafe") == (ran.exit, ran.document["verdict"]), ran.document
    assert "simulation-path-failed" in ran.blockers()


def test_usage_errors_are_one_json_document(desk):
    """Even a missing argument prints one document with --json."""
    _, _, folder = desk

    assert _fails(folder, INPUT, "plan")["kind"] == "InputError"


def test_an_upgrade_that_calls_nothing_new_says_so(desk):
    """Planning the code that runs already is bad input: there is nothing to upgrade."""
    _, _, folder = desk
    path = folder / "upgrades" / UPGRADE / "upgrade.toml"
    path.write_text(
        'schema = 1\n[upgrade]\nname = "same"\nsummary = "Nothing."\ngovernance = "main"\n'
        '[[change]]\ncontract = "market"\nsource = "contracts/v1/OptionsMarket.sol:OptionsMarketV1"\n'
    )

    assert "nothing to upgrade" in _fails(folder, INPUT, "plan", UPGRADE)["message"]
