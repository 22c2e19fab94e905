"""Keys: the :class:`~upgrader.ports.Signer` port over a keystore file, an Ape account, or a development key.

A key never stands on a command line, in a file that we write, in a log or in an exception; it is unlocked in memory
at the moment of signing.  A passphrase comes from a file, from the environment, or from the person at the terminal.
Ape's accounts include hardware wallets through Ape's own plugins.  Development keys are public, so they are opened
only for networks marked ``test = true``.

=================  ==============================================================================
name               account
=================  ==============================================================================
``dev:3``          the fourth account of the mnemonic that every development node knows
``keys/ops.json``  a keystore file (Web3 Secret Storage, as geth, Ape and Foundry write them)
``ops``            an Ape account alias
=================  ==============================================================================
"""

import os
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from upgrader.edges.files import read_json, read_text
from upgrader.errors import InputError, MismatchError, NotReadyError, UnavailableError
from upgrader.units import Address, address

if TYPE_CHECKING:
    from eth_account.messages import SignableMessage
    from eth_account.signers.local import LocalAccount

PASSPHRASE_VARIABLE: Final = "UPGRADER_PASSPHRASE"  # noqa: S105 - the name of a variable, not a passphrase

MNEMONIC: Final = "test test test test test test test test test test test junk"
"""The development mnemonic of anvil, hardhat and Ape; everybody knows its keys."""

DEVELOPMENT_KEYS: Final = 100
KEYSTORE_LIMIT: Final = 1 << 16
"""Bytes of a keystore file."""

SCRYPT_LIMIT: Final = 2**22
"""Largest ``n * r`` of a keystore's scrypt: half a gigabyte of memory; geth's own is 2**21."""

PBKDF2_LIMIT: Final = 10**7
"""Largest iteration count; geth's own is 262,144."""

_DEVELOPMENT: Final = re.compile(r"dev:(\d{1,2})")
_LOW_V: Final = 27


class LocalKey:
    """A key in memory.  Signs what it is given: whoever calls has shown it first."""

    def __init__(self, account: "LocalAccount") -> None:
        self.address: Address = address(account.address)
        self._account = account

    def __repr__(self) -> str:
        return f"LocalKey({self.address})"

    def sign_typed_data(self, typed_data: Mapping[str, Any]) -> bytes:
        """Return the 65-byte ``r || s || v`` signature (v 27 or 28) of an EIP-712 message.

        Raises:
            InputError: The message is not EIP-712 typed data.
        """
        return bytes(self._account.sign_message(_signable(typed_data)).signature)

    def sign_transaction(self, transaction: Mapping[str, Any]) -> bytes:
        """Return the signed transaction as it goes over the wire."""
        return bytes(self._account.sign_transaction(dict(transaction)).raw_transaction)


class ApeKey:
    """An account of Ape's: a keyfile, or a hardware wallet behind one of Ape's plugins."""

    def __init__(self, account: Any) -> None:
        self.address: Address = address(str(account.address))
        self._account = account

    def __repr__(self) -> str:
        return f"ApeKey({self.address})"

    def sign_typed_data(self, typed_data: Mapping[str, Any]) -> bytes:
        """Return the 65-byte ``r || s || v`` signature (v 27 or 28) of an EIP-712 message.

        Raises:
            InputError: The message is not EIP-712 typed data.
            NotReadyError: The signer declined.
            MismatchError: The account signed with another key than its address says.
        """
        from eth_account import Account

        message = _signable(typed_data)
        with redirect_stdout(sys.stderr):  # Ape speaks on stdout, which is for results
            signed = self._account.sign_message(message)
        if signed is None:
            raise NotReadyError("the account did not sign", remedy="confirm on the device, and run the command again")
        v = int(signed.v)
        signature = bytes(signed.r).rjust(32, b"\0") + bytes(signed.s).rjust(32, b"\0")
        signature += bytes([v if v >= _LOW_V else v + _LOW_V])
        if Account.recover_message(message, signature=signature) != self.address:
            raise MismatchError(
                f"the signature is not {self.address}'s", remedy="check which account the device or Ape has selected"
            )
        return signature

    def sign_transaction(self, transaction: Mapping[str, Any]) -> bytes:
        """Return the signed transaction as it goes over the wire.

        Raises:
            NotReadyError: The signer declined.
        """
        from ape_ethereum.transactions import DynamicFeeTransaction, StaticFeeTransaction

        kind = DynamicFeeTransaction if "maxFeePerGas" in transaction else StaticFeeTransaction
        with redirect_stdout(sys.stderr):
            signed = self._account.sign_transaction(kind.model_validate({**transaction, "from": self.address}))
        if signed is None:
            raise NotReadyError("the account did not sign", remedy="confirm on the device, and run the command again")
        return bytes(signed.serialize_transaction())


def open_key(name: str, *, test: bool, passphrase: Callable[[str], str]) -> LocalKey | ApeKey:
    """Open the account that ``name`` stands for (see the table above).

    Args:
        name: What the user gave as ``--account``.
        test: Whether the network is marked ``test = true``.
        passphrase: Called with the account's name when one is needed.

    Raises:
        InputError: There is no such account, the passphrase is wrong, or a development key was asked for elsewhere.
        NotReadyError: A passphrase is needed and nobody can be asked.
    """
    if development := _DEVELOPMENT.fullmatch(name):
        return development_key(int(development[1]), test=test)
    if name.endswith(".json") or os.sep in name:
        return keystore(Path(name), passphrase)
    return ape_account(name, passphrase)


def development_key(index: int, *, test: bool) -> LocalKey:
    """Return one of the keys that every development node holds.

    Raises:
        InputError: The network is not marked as a test network, or there is no such key.
    """
    from eth_account import Account

    if not test:
        raise InputError(
            "development keys are public and this network is not marked test = true",
            remedy="name a keystore file or an Ape account",
        )
    if not 0 <= index < DEVELOPMENT_KEYS:
        raise InputError(f"no development key {index}", remedy=f"give dev:0 to dev:{DEVELOPMENT_KEYS - 1}")
    Account.enable_unaudited_hdwallet_features()
    return LocalKey(Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{index}"))


def keystore(path: Path, passphrase: Callable[[str], str]) -> LocalKey:
    """Unlock a keystore file.

    Raises:
        InputError: It is missing or no keystore, or the passphrase is wrong.
        NotReadyError: Nobody can be asked for the passphrase.

    Source: https://ethereum.org/en/developers/docs/data-structures-and-encoding/web3-secret-storage/
    """
    from eth_account import Account

    tree = read_json(path, limit=KEYSTORE_LIMIT)
    _check_keystore(tree, path)
    try:
        return LocalKey(Account.from_key(Account.decrypt(tree, passphrase(path.name))))
    except (ValueError, KeyError, TypeError, NotImplementedError) as error:
        wrong = "MAC mismatch" in str(error)
        raise InputError(
            "the passphrase is wrong" if wrong else f"is not a keystore that can be read ({type(error).__name__})",
            remedy="give the passphrase it was written with"
            if wrong
            else "write it again with the wallet that made it",
            where=str(path),
        ) from None  # the chained error may quote parts of the keystore


def ape_account(alias: str, passphrase: Callable[[str], str]) -> ApeKey:
    """Open an account that Ape knows.

    A keyfile is unlocked with ``APE_ACCOUNTS_<alias>_PASSPHRASE`` where that is set, as Ape itself does, else with
    ``passphrase``.  Our own decoded screen was shown before, so Ape's bare question for a hash is switched off.

    Raises:
        InputError: Ape knows no such alias, or the passphrase is wrong.
        NotReadyError: Nobody can be asked for the passphrase.
        UnavailableError: Ape does not load.
    """
    try:
        from ape import accounts
        from ape.exceptions import AccountsError
    except ImportError as error:
        raise UnavailableError(f"Ape does not load ({error})", remedy="run `upgrader doctor`") from error
    try:
        account = accounts.load(alias)
    except (AccountsError, KeyError, IndexError) as error:
        known = ", ".join(sorted(str(a) for a in accounts.aliases)) or "none"
        raise InputError(
            f"Ape knows no account {alias!r} (known: {known})",
            remedy=f"run `ape accounts import {alias}`, or name a keystore file ending in .json",
        ) from error
    if hasattr(account, "set_autosign"):
        words = os.environ.get(f"APE_ACCOUNTS_{alias}_PASSPHRASE") or passphrase(alias)
        try:
            with redirect_stdout(sys.stderr):
                account.set_autosign(True, passphrase=words)
        except AccountsError:
            raise InputError(
                "the passphrase is wrong", remedy="give the passphrase of that Ape account", where=alias
            ) from None
    return ApeKey(account)


def find_passphrase(
    name: str,
    *,
    file: Path | None = None,
    environment: Mapping[str, str] = os.environ,
    ask: Callable[[str], str] | None = None,
) -> str:
    """Return the passphrase of the account ``name``.

    Args:
        name: For the question.
        file: ``--passphrase-file``; its first line.
        environment: Where ``UPGRADER_PASSPHRASE`` is looked up.
        ask: Asks the person, without echo; None where nobody may be asked.

    Raises:
        NotReadyError: There is none and nobody can be asked.
    """
    if file is not None:
        return read_text(file, limit=KEYSTORE_LIMIT).split("\n", 1)[0].removesuffix("\r")
    if words := environment.get(PASSPHRASE_VARIABLE):
        return words
    if ask is not None:
        return ask(f"Passphrase of {name}")
    raise NotReadyError(
        f"the passphrase of {name} is needed and nobody can be asked",
        remedy=f"give --passphrase-file FILE, or set {PASSPHRASE_VARIABLE}",
    )


def _signable(typed_data: Mapping[str, Any]) -> "SignableMessage":
    from eth_account.messages import encode_typed_data

    try:
        types = typed_data["types"]
        # eth-account takes a missing field for zero and ignores one too many; a signer must not.
        _check_complete(types, typed_data["primaryType"], typed_data["message"])
        _check_complete(types, "EIP712Domain", typed_data["domain"])
        return encode_typed_data(full_message=dict(typed_data))
    except Exception as error:
        # eth-account raises whatever the malformed part runs into: KeyError, TypeError, EncodingError and more.
        raise InputError(
            f"is not EIP-712 typed data ({type(error).__name__}: {str(error)[:200]})",
            remedy="give the typed data of the Safe transaction, as `upgrader propose` writes it",
        ) from error


def _check_complete(types: Mapping[str, Any], kind: str, value: Any) -> None:
    """Refuse a struct that has not exactly the fields of its type."""
    if kind.endswith("]"):
        for element in value:
            _check_complete(types, kind.rpartition("[")[0], element)
    elif kind in types:
        fields = {field["name"]: field["type"] for field in types[kind]}
        if fields.keys() != value.keys():
            raise ValueError(f"{kind} has the fields {sorted(value)} and not {sorted(fields)}")
        for name, inner in fields.items():
            _check_complete(types, inner, value[name])


def _check_keystore(tree: Any, path: Path) -> None:
    """Refuse a keystore whose key derivation would take the machine down."""
    crypto = tree.get("crypto", tree.get("Crypto")) if isinstance(tree, dict) else None
    parameters = crypto.get("kdfparams") if isinstance(crypto, dict) else None
    if not isinstance(parameters, dict):
        raise InputError("is not a keystore", remedy="name the file that `ape accounts` or geth wrote", where=str(path))
    numbers = [parameters.get(name, 1) for name in ("n", "r", "p", "c")]
    if not all(isinstance(number, int) and number > 0 for number in numbers):
        raise InputError("is not a keystore: its kdfparams are malformed", remedy="write it again", where=str(path))
    n, r, p, c = numbers
    if n * r * p > SCRYPT_LIMIT or c > PBKDF2_LIMIT:
        raise InputError(
            "asks for an absurd amount of work to unlock",
            remedy="write it again with usual parameters",
            where=str(path),
        )
