"""Keys: opened from where people keep them, never shown, and signing what the standard says."""

import json
import subprocess
import sys

import pytest
from eth_account import Account

from upgrader.edges.keys import development_key, find_passphrase, keystore, open_key
from upgrader.errors import InputError, NotReadyError

COW = {
    "types": {
        "EIP712Domain": [
            {"name": "name", "type": "string"},
            {"name": "version", "type": "string"},
            {"name": "chainId", "type": "uint256"},
            {"name": "verifyingContract", "type": "address"},
        ],
        "Person": [{"name": "name", "type": "string"}, {"name": "wallet", "type": "address"}],
        "Mail": [
            {"name": "from", "type": "Person"},
            {"name": "to", "type": "Person"},
            {"name": "contents", "type": "string"},
        ],
    },
    "primaryType": "Mail",
    "domain": {
        "name": "Ether Mail",
        "version": "1",
        "chainId": 1,
        "verifyingContract": "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC",
    },
    "message": {
        "from": {"name": "Cow", "wallet": "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},
        "to": {"name": "Bob", "wallet": "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},
        "contents": "Hello, Bob!",
    },
}
COW_KEY = "0xc85ef7d79691fe79573b1a7064c19c1a9819ebdbd1faaab1a8ec92344438aaf4"
"""keccak256("cow").  Source: https://eips.ethereum.org/assets/eip-712/Example.js"""

COW_SIGNATURE = (
    "4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
    "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562"
    "1c"
)
"""Source: the same file: r, s and v = 28."""

FIRST = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
"""Source: https://getfoundry.sh/anvil/reference/"""


EXTRA = {**COW, "domain": {**COW["domain"], "salt": "0x00"}}
"""A field that its type does not have: shown to the signer, not signed."""


@pytest.fixture(scope="module")
def cow_file(tmp_path_factory):
    """The cow's key as a keystore file, with a cheap derivation."""
    path = tmp_path_factory.mktemp("keys") / "cow.json"
    path.write_text(json.dumps(Account.encrypt(COW_KEY, "moo", kdf="pbkdf2", iterations=1_000)))
    return path


def never(name):
    raise AssertionError(name)


def test_the_published_typed_data_signature(cow_file):
    """A keystore file gives the signature of EIP-712's own example."""
    assert COW_SIGNATURE == keystore(cow_file, lambda _: "moo").sign_typed_data(COW).hex()


def test_a_wrong_passphrase_is_bad_input(cow_file):
    """The message says which file, and the chained error quotes nothing."""
    with pytest.raises(InputError, match="passphrase is wrong") as caught:
        keystore(cow_file, lambda _: "quack")

    assert caught.value.__suppress_context__


def test_a_key_shows_its_address_and_nothing_else(cow_file):
    """Neither repr nor str of an opened key holds the key."""
    key = keystore(cow_file, lambda _: "moo")

    assert "LocalKey(0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826)" == repr(key) == str(key)


@pytest.mark.parametrize(
    "content",
    ["[]", "{}", '{"crypto": []}', '{"crypto": {"kdfparams": {"n": "a lot"}}}', '{"crypto": {"kdfparams": {}}}', "{"],
)
def test_what_is_no_keystore_is_bad_input(tmp_path, content):
    """Other JSON and half a file are refused before a passphrase is asked for, or as unreadable."""
    path = tmp_path / "other.json"
    path.write_text(content)

    with pytest.raises(InputError):
        keystore(path, lambda _: "moo")


@pytest.mark.parametrize("absurd", [{"n": 2**30, "r": 8, "p": 1}, {"n": 2, "r": 2**40, "p": 1}, {"c": 10**12}])
def test_a_keystore_that_would_exhaust_the_machine_is_refused(tmp_path, absurd):
    """Key derivation is bounded before it starts."""
    path = tmp_path / "absurd.json"
    path.write_text(json.dumps({"crypto": {"kdfparams": absurd}}))

    with pytest.raises(InputError, match="absurd amount of work"):
        keystore(path, never)


def test_development_keys_are_the_documented_ones():
    """``dev:0`` is the first account of every development node."""
    assert FIRST == open_key("dev:0", test=True, passphrase=never).address


def test_development_keys_stay_off_live_networks():
    """Everybody knows these keys."""
    with pytest.raises(InputError, match="not marked test = true"):
        open_key("dev:0", test=False, passphrase=never)


def test_an_ape_account_signs_like_its_keystore(cow_file, tmp_path):
    """An Ape alias gives the published signature too; its passphrase comes from Ape's own variable."""
    (tmp_path / "accounts").mkdir()
    (tmp_path / "accounts" / "cow.json").write_text(cow_file.read_text())
    script = (
        "import json, sys; from upgrader.edges.keys import ape_account\n"
        "print(ape_account('cow', lambda name: '').sign_typed_data(json.load(sys.stdin)).hex())"
    )

    done = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps(COW),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"APE_DATA_FOLDER": str(tmp_path), "APE_ACCOUNTS_cow_PASSPHRASE": "moo", "HOME": str(tmp_path)},
    )

    assert COW_SIGNATURE == done.stdout.strip(), done.stderr
    assert "moo" not in done.stderr


def test_an_unknown_ape_alias_names_how_to_import_it():
    """The remedy is the command to run."""
    with pytest.raises(InputError, match="Ape knows no account 'nobody-has-this-name'") as caught:
        open_key("nobody-has-this-name", test=True, passphrase=never)

    assert "ape accounts import nobody-has-this-name" in caught.value.remedy


@pytest.mark.parametrize(
    "broken", [{}, {"types": {}}, {**COW, "primaryType": "Nothing"}, {**COW, "message": {}}, EXTRA]
)
def test_typed_data_that_is_none_is_bad_input(broken):
    """Half a message is not signed."""
    with pytest.raises(InputError, match="not EIP-712 typed data"):
        development_key(0, test=True).sign_typed_data(broken)


def test_a_passphrase_is_looked_for_in_order(tmp_path):
    """File before variable before person; without any, the error says how to give one."""
    path = tmp_path / "phrase"
    path.write_text("from file\nsecond line\n")
    variable = {"UPGRADER_PASSPHRASE": "from variable"}

    assert "from file" == find_passphrase("x", file=path, environment=variable, ask=never)
    assert "from variable" == find_passphrase("x", environment=variable, ask=never)
    assert "from person" == find_passphrase("x", environment={}, ask=lambda _: "from person")
    with pytest.raises(NotReadyError, match="nobody can be asked"):
        find_passphrase("x", environment={})
