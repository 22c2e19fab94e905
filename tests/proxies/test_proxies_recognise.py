"""Every kind of proxy, made from published bytecode or by hand, is recognised; nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from real_parts import DEPLOYER, OWNERS, SAFES, LocalChain, deploy_safe, deploy_timelock, openzeppelin

from upgrader.inquiry import ReadCode, ReadFailed, ReadSlot, answer, run
from upgrader.proxies import Proxy, recognise, recognise_many
from upgrader.proxies.erc7760 import _FORMS as ERC7760_FORMS
from upgrader.proxies.minimal_clone import _ANY_SIZE
from upgrader.proxies.minimal_clone import _FORMS as CLONE_FORMS
from upgrader.proxies.slots import (
    ADMIN_SLOT,
    BEACON_SLOT,
    IMPLEMENTATION_SLOT,
    PROXIABLE_SLOT,
    SYNTHETIX_SLOT,
    ZEPPELINOS_ADMIN_SLOT,
    ZEPPELINOS_IMPLEMENTATION_SLOT,
    ZEPPELINOS_OWNER_SLOT,
)
from upgrader.units import ZERO_ADDRESS, address, hex_bytes, hexed, word

SOMEWHERE = address("0x" + "50" * 20)
IMPLEMENTATION = address("0x" + "11" * 20)
ADMIN = address("0x" + "ad" * 20)

ANSWERS_ITS_SLOT = hex_bytes("0x" + "7f" + word(IMPLEMENTATION_SLOT).hex() + "5f5260205ff3")
"""Runtime code that answers every call with EIP-1967's slot, as ``proxiableUUID`` does."""

ECHO = hex_bytes("0x365f5f37365ff3")
"""Runtime code that returns its calldata."""


def created(runtime: bytes) -> bytes:
    """Return creation code for runtime code."""
    return hex_bytes("0x61") + len(runtime).to_bytes(2) + hex_bytes("0x80600a5f395ff3") + runtime


def place(chain: LocalChain, at: str, code: bytes, **slots: str) -> None:
    """Put code and slots at an address."""
    chain.rpc("anvil_setCode", at, hexed(code))
    for slot, value in slots.items():
        chain.rpc("anvil_setStorageAt", at, slot, hexed(word(int(value, 16))))


@pytest.fixture(scope="module")
def implementation(chain):
    """An implementation without functions of its own: OpenZeppelin's own bare contract serves."""
    return chain.deploy(created(ECHO))


@pytest.fixture(scope="module")
def uups_implementation(chain):
    return chain.deploy(created(ANSWERS_ITS_SLOT))


@pytest.mark.parametrize("package", ["oz-3", "oz-4", "@openzeppelin/contracts"])
def test_transparent_proxies_of_three_majors(chain, implementation, package):
    """Implementation and admin come from the slots; in version 5 the admin is a contract the proxy made."""
    code = openzeppelin("TransparentUpgradeableProxy", package)
    proxy = chain.deploy(code, "constructor(address,address,bytes)", implementation, ADMIN, b"\x00")

    found = chain.ask(recognise(proxy))

    assert (found.kind, found.implementation, found.doubts) == ("transparent", implementation, ())
    assert (found.admin == ADMIN) is (package != "@openzeppelin/contracts")
    if found.admin != ADMIN:
        assert chain.call(found.admin, "owner()") == word(int(ADMIN, 16))


@pytest.mark.parametrize("package", ["oz-4", "@openzeppelin/contracts"])
def test_uups_proxies(chain, uups_implementation, package):
    """A proxy whose implementation answers ``proxiableUUID`` upgrades itself."""
    proxy = chain.deploy(
        openzeppelin("ERC1967Proxy", package), "constructor(address,bytes)", uups_implementation, b"\x00"
    )

    assert chain.ask(recognise(proxy)) == Proxy(proxy, "uups", uups_implementation)


def test_a_proxy_whose_implementation_is_not_uups(chain, implementation):
    """The same proxy over anything else is plain EIP-1967."""
    proxy = chain.deploy(openzeppelin("ERC1967Proxy", "oz-4"), "constructor(address,bytes)", implementation, b"")

    assert chain.ask(recognise(proxy)) == Proxy(proxy, "erc1967", implementation)


@pytest.mark.parametrize("package", ["oz-3", "oz-4", "@openzeppelin/contracts"])
def test_beacon_proxies(chain, implementation, package):
    """The beacon names the implementation."""
    modern = package == "@openzeppelin/contracts"
    owner = (DEPLOYER,) if modern else ()
    beacon = chain.deploy(
        openzeppelin("UpgradeableBeacon", package),
        "constructor(address,address)" if modern else "constructor(address)",
        implementation,
        *owner,
    )
    proxy = chain.deploy(openzeppelin("BeaconProxy", package), "constructor(address,bytes)", beacon, b"")

    assert chain.ask(recognise(proxy)) == Proxy(proxy, "beacon", implementation, beacon=beacon)


def test_a_beacon_without_an_implementation_is_doubtful(chain):
    """A beacon slot that points nowhere is said."""
    place(chain, SOMEWHERE, ECHO, **{hex(BEACON_SLOT): ADMIN})

    found = chain.ask(recognise(SOMEWHERE))

    assert (found.kind, found.implementation) == ("beacon", None)
    assert "does not name an implementation" in found.doubts[0]


@pytest.mark.parametrize("version", SAFES)
def test_safes(chain, version):
    """Published Safe proxies are Safes, with the singleton as implementation."""
    safe = deploy_safe(chain, version)

    found = chain.ask(recognise(safe))

    assert (found.kind, found.doubts) == ("safe", ())
    assert chain.call(found.implementation, "VERSION()") == chain.call(safe, "VERSION()")


@pytest.mark.parametrize("form", CLONE_FORMS)
def test_clones_of_every_form_delegate_and_are_recognised(chain, implementation, form):
    """The pattern is not only matched: the chain runs it, and the call reaches the implementation."""
    head, tail = (part.replace(_ANY_SIZE, "0002") for part in CLONE_FORMS[form])
    arguments = b"" if form in ("0age", "PUSH0", "Vyper") else b"\xaa\xbb"
    runtime = hex_bytes("0x" + head) + bytes.fromhex(implementation[2:]) + hex_bytes("0x" + tail) + arguments
    clone = chain.deploy(created(runtime))

    found = chain.ask(recognise(clone))
    echoed = hex_bytes(chain.rpc("eth_call", {"to": clone, "data": "0x12345678"}, "latest"))

    assert found == Proxy(clone, "minimal_clone", implementation, arguments=arguments)
    assert echoed.startswith(hex_bytes("0x12345678"))


@pytest.mark.parametrize("number", range(len(ERC7760_FORMS)))
def test_erc7760_proxies_delegate_and_are_recognised(chain, implementation, number):
    """The factory is read from the code, and the chain runs the pattern."""
    head, tail = ERC7760_FORMS[number].split("*")
    factory = address("0x" + "fa" * 20) if head.endswith("73") else address("0x" + "00" * 6 + "fa" * 14)
    runtime = hex_bytes("0x" + head) + bytes.fromhex(factory[2:])[-20 if head.endswith("73") else -14 :]
    place(chain, SOMEWHERE, runtime + hex_bytes("0x" + tail), **{hex(BEACON_SLOT): ZERO_ADDRESS})
    chain.rpc("anvil_setStorageAt", SOMEWHERE, hex(IMPLEMENTATION_SLOT), hexed(word(int(implementation, 16))))

    found = chain.ask(recognise(SOMEWHERE))

    assert found == Proxy(SOMEWHERE, "erc7760", implementation, admin=factory)
    assert chain.rpc("eth_call", {"to": SOMEWHERE, "data": "0x12345678"}, "latest") == "0x12345678"


OLD_SLOTS = {
    "EIP-1822": ({PROXIABLE_SLOT: IMPLEMENTATION}, Proxy(SOMEWHERE, "uups", IMPLEMENTATION)),
    "zeppelinos admin": (
        {ZEPPELINOS_IMPLEMENTATION_SLOT: IMPLEMENTATION, ZEPPELINOS_ADMIN_SLOT: ADMIN},
        Proxy(SOMEWHERE, "zeppelinos", IMPLEMENTATION, admin=ADMIN),
    ),
    "zeppelinos owner": (
        {ZEPPELINOS_IMPLEMENTATION_SLOT: IMPLEMENTATION, ZEPPELINOS_OWNER_SLOT: ADMIN},
        Proxy(SOMEWHERE, "zeppelinos", IMPLEMENTATION, admin=ADMIN),
    ),
    "Synthetix": ({SYNTHETIX_SLOT: IMPLEMENTATION}, Proxy(SOMEWHERE, "synthetix", IMPLEMENTATION)),
    "Synthetix simulating": (
        {SYNTHETIX_SLOT: "0x01" + IMPLEMENTATION[2:]},
        Proxy(
            SOMEWHERE,
            "synthetix",
            IMPLEMENTATION,
            doubts=("an upgrade is being simulated inside the proxy",),
        ),
    ),
    "nothing": ({}, None),
}


@pytest.mark.parametrize("case", OLD_SLOTS)
def test_older_slots(case):
    """Kinds that are told by a slot alone."""
    slots, expected = OLD_SLOTS[case]
    facts = {ReadSlot(SOMEWHERE, slot): word(int(value, 16)) for slot, value in slots.items()}

    assert answer(recognise(SOMEWHERE), {**facts, ReadCode(SOMEWHERE): ECHO}, default=bytes(32)) == expected


def test_two_kinds_at_once_are_said():
    """An implementation beside a beacon is doubtful, whichever is taken."""
    facts = {
        ReadSlot(SOMEWHERE, IMPLEMENTATION_SLOT): word(int(IMPLEMENTATION, 16)),
        ReadSlot(SOMEWHERE, ADMIN_SLOT): word(int(ADMIN, 16)),
        ReadSlot(SOMEWHERE, BEACON_SLOT): word(int(ADMIN, 16)),
    }

    found = answer(recognise(SOMEWHERE), facts, default=bytes(32))

    assert "it could also be transparent" in " ".join(found.doubts)


def test_code_beats_slots():
    """A clone keeps being a clone when its storage holds EIP-1967's slot."""
    head, tail = CLONE_FORMS["EIP-1167"]
    code = hex_bytes("0x" + head) + bytes.fromhex(IMPLEMENTATION[2:]) + hex_bytes("0x" + tail)
    facts = {ReadCode(SOMEWHERE): code, ReadSlot(SOMEWHERE, IMPLEMENTATION_SLOT): word(int(ADMIN, 16))}

    found = answer(recognise(SOMEWHERE), facts, default=bytes(32))

    assert (found.kind, found.implementation) == ("minimal_clone", IMPLEMENTATION)
    assert found.doubts


@pytest.mark.parametrize("subject", [DEPLOYER, OWNERS[0]])
def test_accounts_are_no_proxies(chain, subject):
    """An address without code is none."""
    assert chain.ask(recognise(subject)) is None


def test_other_contracts_are_no_proxies(chain, implementation):
    """A timelock and a plain contract are none."""
    timelock = deploy_timelock(chain, proposers=(DEPLOYER,))

    assert chain.ask(recognise_many((timelock, implementation))) == (None, None)


def test_a_silent_node_recognises_nothing():
    """Failed reads never become a proxy."""
    assert answer(recognise(SOMEWHERE), {}, default=ReadFailed("timeout")) is None


@given(st.binary(max_size=120))
def test_no_code_breaks_the_reader(code):
    """Arbitrary code either matches a form or does not."""
    found = answer(recognise(SOMEWHERE), {ReadCode(SOMEWHERE): code}, default=bytes(32))

    assert found is None or found.implementation is not None


def test_many_addresses_cost_the_rounds_of_one(chain, implementation, uups_implementation):
    """Two hundred addresses take two rounds of reads, as one does."""
    proxy = chain.deploy(
        openzeppelin("ERC1967Proxy", "oz-4"), "constructor(address,bytes)", uups_implementation, b"\x00"
    )
    rounds = []

    def counted(reads):
        rounds.append(len(reads))
        return chain.ask(_once(reads))

    found = run(recognise_many([proxy, implementation] * 100), counted)

    assert [each and each.kind for each in found] == ["uups", None] * 100
    assert len(rounds) == 2


def _once(reads):
    return (yield reads)


def test_the_slots_are_the_published_ones():
    """EIP-1967, EIP-1822 and the two older projects name these numbers."""
    assert [hex(slot) for slot in (IMPLEMENTATION_SLOT, ADMIN_SLOT, BEACON_SLOT, PROXIABLE_SLOT)] == [
        "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc",
        "0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103",
        "0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50",
        "0xc5f16f0fcc639fa48a6947836d9850f504798523bf8c9a3a87d5876cf622bcf7",
    ]
    assert hex(ZEPPELINOS_IMPLEMENTATION_SLOT) == "0x7050c9e0f4ca769c69bd3a8ef740bc37934f8e2c036e5a723fd8ee048ed3f8c3"
