"""Authority resolved on the real thing: Safes, timelocks, ProxyAdmins, beacons and roles, and paths around them."""

from itertools import product

import pytest
from real_parts import (
    DEPLOYER,
    OWNERS,
    SAFES,
    TIMELOCKS,
    LocalChain,
    deploy_safe,
    deploy_timelock,
    openzeppelin,
)

from upgrader.calls import encode_call, selector
from upgrader.governance.authority import ANYONE, HolderKind, Link, Relation
from upgrader.inquiry import ReadCall, ReadCode, ReadFailed, ReadLogs, ReadSlot, run
from upgrader.proxies.authority import resolve_authority, resolve_many
from upgrader.proxies.slots import SYNTHETIX_SLOT, ZEPPELINOS_ADMIN_SLOT, ZEPPELINOS_IMPLEMENTATION_SLOT
from upgrader.units import ZERO_ADDRESS, address, hex_bytes, hexed, word

TWO_DAYS = 172_800
OWNED = encode_call("initialize(address)", DEPLOYER)


@pytest.fixture(scope="module")
def safe(chain):
    return deploy_safe(chain)


@pytest.fixture(scope="module")
def timelock(chain, safe):
    return deploy_timelock(chain, delay=TWO_DAYS, proposers=(safe,))


def transparent(chain: LocalChain, vaults, package, owner):
    """Deploy a transparent proxy of one OpenZeppelin major; its ProxyAdmin belongs to ``owner``."""
    implementation = chain.deploy(vaults["OwnedVault"])
    if package == "@openzeppelin/contracts":
        admin = owner
    else:
        admin = chain.deploy(openzeppelin("ProxyAdmin", package))
        chain.do(admin, "transferOwnership(address)", owner)
    return chain.deploy(
        openzeppelin("TransparentUpgradeableProxy", package),
        "constructor(address,address,bytes)",
        *(implementation, admin, OWNED),
    )


def summary(authority):
    """Return what matters of the weakest route."""
    weakest = authority.weakest
    return weakest.begins, weakest.keys, weakest.delay


@pytest.mark.parametrize(("safe_version", "timelock_version"), product(SAFES, TIMELOCKS))
@pytest.mark.parametrize("package", ["oz-3", "oz-4", "@openzeppelin/contracts"])
def test_transparent_proxies_through_every_timelock_and_safe(chain, vaults, safe_version, timelock_version, package):
    """ProxyAdmin, timelock, Safe, owners: found in every combination of versions, with nothing left open."""
    safe = deploy_safe(chain, safe_version)
    timelock = deploy_timelock(chain, timelock_version, delay=TWO_DAYS, proposers=(safe,))

    authority = chain.ask(resolve_authority(transparent(chain, vaults, package, timelock)))

    (link,) = authority.links
    assert (link.relation, link.holder) == (Relation.OWNER, timelock)
    assert summary(authority) == (safe, 2, TWO_DAYS)
    assert set(authority.safes[0].owners) == set(OWNERS)
    assert authority.all_gaps == ()
    assert len(authority.routes) == 1


def test_a_role_guards_the_upgrade(chain, uups, safe, timelock):
    """UPGRADER_ROLE is held by the timelock; other roles that it shares with strangers do not matter."""
    proxy = uups("RoleVault", "initialize(address,address)", timelock, timelock)

    authority = chain.ask(resolve_authority(proxy))

    assert authority.links == (Link(Relation.ROLE, timelock, "UPGRADER_ROLE"),)
    assert summary(authority) == (safe, 2, TWO_DAYS)
    assert authority.all_gaps == ()


def test_the_admin_of_the_role_is_a_way_too(chain, uups, timelock):
    """Whoever can grant itself the role can upgrade, although it cannot yet."""
    proxy = uups("RoleVault", "initialize(address,address)", DEPLOYER, timelock)

    authority = chain.ask(resolve_authority(proxy))

    assert Link(Relation.GRANTER, DEPLOYER, "UPGRADER_ROLE as DEFAULT_ADMIN_ROLE") in authority.links
    assert summary(authority) == (DEPLOYER, 1, 0)


def test_a_role_that_is_not_named_upgrader_is_found(chain, uups, timelock):
    """The trial finds the role that guards, whatever its name says."""
    proxy = uups("AdminVault", "initialize(address,address)", timelock, DEPLOYER)

    assert chain.ask(resolve_authority(proxy)).links == (Link(Relation.ROLE, timelock, "DEFAULT_ADMIN_ROLE"),)


def test_an_owner_guards_the_upgrade(chain, uups, safe):
    """A Safe that owns a UUPS contract upgrades without delay."""
    authority = chain.ask(resolve_authority(uups("OwnedVault", "initialize(address)", safe)))

    assert authority.links == (Link(Relation.OWNER, safe),)
    assert summary(authority) == (safe, 2, 0)


def test_an_open_upgrade_function_is_anybodys(chain, uups):
    """A stranger's trial passes, so everybody may upgrade."""
    authority = chain.ask(resolve_authority(uups("OpenVault", "initialize(address)", OWNERS[0])))

    assert authority.links == (Link(Relation.CALLER, ANYONE),)
    assert authority.weakest.keys == 0


def test_a_sealed_upgrade_function_is_not_guessed(chain, uups):
    """The owner's trial fails, so the owner is not believed to be the holder."""
    authority = chain.ask(resolve_authority(uups("SealedVault", "initialize(address)", OWNERS[0])))

    assert authority.links == ()
    assert "something else decides" in authority.gaps[0]


def test_beacons_and_their_proxies(chain, vaults, timelock):
    """The owner of the beacon upgrades every proxy of it; the beacon itself can be asked too."""
    implementation = chain.deploy(vaults["OwnedVault"])
    beacon = chain.deploy(openzeppelin("UpgradeableBeacon"), "constructor(address,address)", implementation, timelock)
    proxy = chain.deploy(openzeppelin("BeaconProxy"), "constructor(address,bytes)", beacon, OWNED)

    of_proxy, of_beacon = chain.ask(resolve_many((proxy, beacon)))

    assert of_proxy.links == (Link(Relation.OWNER, timelock, via=beacon),)
    assert of_beacon.links == (Link(Relation.OWNER, timelock),)
    assert (of_proxy.kind, of_beacon.kind) == ("beacon", "beacon")


def test_an_account_in_the_admin_slot(chain, vaults):
    """An admin without code upgrades by itself."""
    implementation = chain.deploy(vaults["OwnedVault"])
    proxy = chain.deploy(
        openzeppelin("TransparentUpgradeableProxy", "oz-4"),
        "constructor(address,address,bytes)",
        *(implementation, OWNERS[0], OWNED),
    )

    authority = chain.ask(resolve_authority(proxy))

    assert [(link.relation, link.holder) for link in authority.links] == [(Relation.ADMIN, OWNERS[0])]
    assert summary(authority) == (OWNERS[0], 1, 0)


@pytest.mark.parametrize("package", ["oz-3", "oz-4"])
def test_a_safe_or_a_timelock_in_the_admin_slot(chain, vaults, safe, timelock, package):
    """Without a ProxyAdmin between, the admin itself upgrades."""
    implementation = chain.deploy(vaults["OwnedVault"])
    code = openzeppelin("TransparentUpgradeableProxy", package)
    proxies = [
        chain.deploy(code, "constructor(address,address,bytes)", implementation, admin, OWNED)
        for admin in (safe, timelock)
    ]

    of_safe, of_timelock = chain.ask(resolve_many(proxies))

    assert (summary(of_safe), of_safe.all_gaps, len(of_safe.routes)) == ((safe, 2, 0), (), 1)
    assert (summary(of_timelock), of_timelock.all_gaps, len(of_timelock.routes)) == ((safe, 2, TWO_DAYS), (), 1)


def test_a_renounced_owner_leaves_nobody(chain, vaults):
    """A ProxyAdmin whose owner is zero upgrades nothing, and that is no gap."""
    proxy = transparent(chain, vaults, "oz-4", DEPLOYER)
    admin = chain.ask(resolve_authority(proxy)).links[0].via
    chain.do(admin, "renounceOwnership()")

    authority = chain.ask(resolve_authority(proxy))

    assert (authority.links, authority.all_gaps) == ((), ())


def test_a_clone_can_never_change(chain, vaults):
    """Nobody upgrades a minimal clone."""
    implementation = chain.deploy(vaults["OwnedVault"])
    runtime = hex_bytes("0x363d3d373d3d3d363d73" + implementation[2:] + "5af43d82803e903d91602b57fd5bf3")
    clone = chain.deploy(_created(runtime))

    authority = chain.ask(resolve_authority(clone))

    assert (authority.kind, authority.links, authority.all_gaps) == ("minimal_clone", (), ())


def test_a_clone_of_a_proxy_changes_with_it(chain, uups, safe):
    """What the clone runs is a proxy itself, so its owner can change the clone."""
    target = uups("OwnedVault", "initialize(address)", safe)
    clone = chain.deploy(_created(hex_bytes("0x363d3d373d3d3d363d73" + target[2:] + "5af43d82803e903d91602b57fd5bf3")))

    authority = chain.ask(resolve_authority(clone))

    assert authority.links == (Link(Relation.CODE, target),)
    assert summary(authority) == (safe, 2, 0)


def test_a_fallback_that_swallows_everything_proves_nothing(chain):
    """An implementation that answers any call makes no stranger a holder: the control passes as well."""
    swallows = chain.deploy(_created(hex_bytes("0x00")))
    proxy = chain.deploy(openzeppelin("ERC1967Proxy", "oz-4"), "constructor(address,bytes)", swallows, b"")

    assert chain.ask(resolve_authority(proxy)).links == ()


def test_a_module_is_a_way_without_signatures(chain, uups):
    """The module acts alone; what it is decides the keys."""
    safe = deploy_safe(chain)
    chain.do(safe, "enableModule(address)", OWNERS[2], sender=safe)

    authority = chain.ask(resolve_authority(uups("OwnedVault", "initialize(address)", safe)))

    assert summary(authority) == (OWNERS[2], 1, 0)
    assert Relation.MODULE in {link.relation for link in authority.weakest.links}


def test_a_safe_owned_by_safes_costs_their_keys(chain, uups):
    """The keys of nested Safes are counted through."""
    inner = deploy_safe(chain, threshold=3)
    outer = deploy_safe(chain, owners=(inner, OWNERS[0]), threshold=2)

    authority = chain.ask(resolve_authority(uups("OwnedVault", "initialize(address)", outer)))

    assert summary(authority) == (outer, 4, 0)


def test_a_timelock_behind_a_proxy_can_be_changed(chain, uups, safe):
    """Whoever upgrades the timelock's own code does not wait for it."""
    bare = chain.deploy(
        openzeppelin("TimelockControllerUpgradeable", "@openzeppelin/contracts-upgradeable"),
    )
    start = encode_call(
        "initialize(uint256,address[],address[],address)", TWO_DAYS, [safe], [ZERO_ADDRESS], ZERO_ADDRESS
    )
    admin = chain.deploy(openzeppelin("ProxyAdmin", "oz-4"))
    timelock = chain.deploy(
        openzeppelin("TransparentUpgradeableProxy", "oz-4"), "constructor(address,address,bytes)", bare, admin, start
    )

    authority = chain.ask(resolve_authority(uups("OwnedVault", "initialize(address)", timelock)))

    assert {(route.begins, route.keys, route.delay) for route in authority.routes} == {
        (safe, 2, TWO_DAYS),
        (DEPLOYER, 1, 0),
    }
    assert authority.weakest.links[-1].relation is Relation.CODE


def test_an_unknown_contract_is_not_judged(chain, uups):
    """A holder that is neither account, Safe nor timelock may let anybody act through it."""
    stranger = chain.deploy(_created(hex_bytes("0x00")))

    authority = chain.ask(resolve_authority(uups("OwnedVault", "initialize(address)", stranger)))

    assert authority.weakest.keys is None
    assert "neither a Safe nor a timelock" in authority.all_gaps[0]


def test_an_account_that_delegates_is_not_judged(chain, uups):
    """An EIP-7702 account's code may let others act for it."""
    chain.rpc("anvil_setCode", OWNERS[1], "0xef0100" + DEPLOYER[2:])

    authority = chain.ask(resolve_authority(uups("OwnedVault", "initialize(address)", OWNERS[1])))
    chain.rpc("anvil_setCode", OWNERS[1], "0x")

    assert (authority.nodes[OWNERS[1]].kind, summary(authority)) == (HolderKind.ACCOUNT, (OWNERS[1], 1, 0))
    assert "EIP-7702" in authority.all_gaps[0]


def test_missing_logs_are_a_gap(chain, uups, timelock):
    """A node that has no logs cannot say who holds the roles."""
    proxy = uups("RoleVault", "initialize(address,address)", timelock, timelock)

    def pruned(reads):
        answers = chain.ask(_once(reads))
        return tuple(
            ReadFailed("history pruned") if isinstance(read, ReadLogs) else found
            for read, found in zip(reads, answers, strict=True)
        )

    authority = run(resolve_authority(proxy), pruned)

    assert "history pruned" in authority.all_gaps[0]


def test_a_safe_upgrades_itself(chain, safe):
    """The owners of a Safe decide over its code."""
    assert summary(chain.ask(resolve_authority(safe))) == (safe, 2, 0)


def test_the_admin_of_a_zeppelinos_proxy(chain, vaults):
    """Its slot says who upgrades."""
    subject = address("0x" + "0d" * 20)
    slots = {ZEPPELINOS_IMPLEMENTATION_SLOT: chain.deploy(vaults["OwnedVault"]), ZEPPELINOS_ADMIN_SLOT: OWNERS[0]}
    chain.rpc("anvil_setCode", subject, "0x00")
    for slot, value in slots.items():
        chain.rpc("anvil_setStorageAt", subject, hex(slot), hexed(word(int(value, 16))))

    authority = chain.ask(resolve_authority(subject))

    assert (authority.kind, summary(authority)) == ("zeppelinos", (OWNERS[0], 1, 0))


REFUSES = "0x5f5ffd"
"""Runtime code that reverts, as the older of zeppelinos' proxies do on an upgrade to what they run."""


@pytest.mark.parametrize("holder", ["safe", "timelock"])
def test_a_safe_or_a_timelock_administers_a_zeppelinos_proxy(chain, vaults, holder, request):
    """Both act by themselves, whether the proxy lets its admin try or refuses what it runs already."""
    admin, safe = request.getfixturevalue(holder), request.getfixturevalue("safe")
    subject = address("0x" + "0e" * 20)
    slots = {ZEPPELINOS_IMPLEMENTATION_SLOT: chain.deploy(vaults["OwnedVault"]), ZEPPELINOS_ADMIN_SLOT: admin}
    chain.rpc("anvil_setCode", subject, REFUSES)
    for slot, value in slots.items():
        chain.rpc("anvil_setStorageAt", subject, hex(slot), hexed(word(int(value, 16))))

    authority = chain.ask(resolve_authority(subject))

    assert (authority.kind, summary(authority)[:2]) == ("zeppelinos", (safe, 2))
    assert authority.links == (Link(Relation.ADMIN, admin, "admin slot"),)
    assert authority.all_gaps == ()


def test_a_contract_that_upgrades_a_zeppelinos_proxy_by_itself(chain, vaults):
    """Tried out: the admin is no ProxyAdmin, and the proxy lets it upgrade."""
    implementation, admin = chain.deploy(vaults["OwnedVault"]), chain.deploy(_created(hex_bytes(REFUSES)))
    proxy = chain.deploy(vaults["ZeppelinosProxy"], "constructor(address,address)", implementation, admin)

    authority = chain.ask(resolve_authority(proxy))

    assert (authority.kind, authority.links) == ("zeppelinos", (Link(Relation.ADMIN, admin, "admin slot"),))
    assert authority.nodes[admin].kind is HolderKind.CONTRACT


def test_the_owner_of_a_synthetix_proxy():
    """Its owner gets as far as "no change" where a stranger is refused."""
    subject, target = address("0x" + "5e" * 20), address("0x" + "11" * 20)
    refused = ReadFailed("execution reverted", selector("Unauthorized(address)"), reverted=True)
    no_change = ReadFailed("execution reverted", selector("NoChange()"), reverted=True)
    facts = {
        ReadSlot(subject, SYNTHETIX_SLOT): word(int(target, 16)),
        ReadCall(subject, encode_call("owner()")): word(int(OWNERS[0], 16)),
        ReadCall(subject, encode_call("upgradeTo(address)", target), OWNERS[0]): no_change,
        ReadCode(OWNERS[0]): b"",
        ReadCode(subject): b"\x00",
    }

    def node(reads):
        unknown = {ReadSlot: bytes(32), ReadCode: b"", ReadLogs: (), ReadCall: refused}
        return tuple(facts.get(read, unknown[type(read)]) for read in reads)

    authority = run(resolve_authority(subject), node)

    assert (authority.kind, authority.links) == ("synthetix", (Link(Relation.OWNER, OWNERS[0]),))


def _once(reads):
    return (yield reads)


def _created(runtime: bytes) -> bytes:
    return hex_bytes("0x61") + len(runtime).to_bytes(2) + hex_bytes("0x80600a5f395ff3") + runtime
