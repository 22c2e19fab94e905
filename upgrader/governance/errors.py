"""What a revert means, in words: the refusals of Safes, timelocks, proxies and OpenZeppelin's access control.

Solidity reverts with the encoding of ``Error(string)``, ``Panic(uint256)`` or a custom error.  Version 5 of
OpenZeppelin has custom errors where 3 and 4 have strings, and a Safe answers with a code, so the same refusal arrives
in three shapes; here all of them become one sentence.

Sources: the contracts of https://github.com/OpenZeppelin/openzeppelin-contracts (3.4, 4.9, 5.7) and
https://github.com/safe-global/safe-smart-account/blob/v1.5.0/docs/error_codes.md
"""

from typing import Any, Final

from upgrader.calls import SELECTOR_BYTES, decode_result, selector, types_of
from upgrader.errors import InputError
from upgrader.units import hexed

SAFE_CODES: Final = {
    "GS000": "the Safe could not finish its set-up",
    "GS001": "the Safe has no threshold, so it was never set up",
    "GS002": "the call of the module set-up has no code at its target",
    "GS010": "too little gas was sent for the gas that the Safe transaction fixes",
    "GS011": "the Safe could not pay the gas refund in ether",
    "GS012": "the Safe could not pay the gas refund in a token",
    "GS013": "the inner call of the Safe transaction reverted; simulate it from the Safe to see why",
    "GS020": "fewer signatures than the threshold were given",
    "GS021": "a contract owner's signature points inside the fixed part",
    "GS022": "a contract owner's signature points outside the blob",
    "GS023": "a contract owner's signature is cut short",
    "GS024": "a contract owner does not confirm its signature",
    "GS025": "an owner who is listed as approving did not approve this hash on the chain",
    "GS026": "a signature is a stranger's, for another transaction or nonce, given twice, or out of order",
    "GS027": "the data given with the hash is not what was hashed",
    "GS030": "only an owner can approve a hash",
    "GS031": "only the Safe itself can do this",
    "GS100": "the Safe's modules were set up already",
    "GS101": "this address cannot be a module",
    "GS102": "the module is enabled already",
    "GS103": "the module does not stand where the caller says in the list of modules",
    "GS104": "only an enabled module can do this",
    "GS105": "the list of modules was asked to begin at an address that is no module",
    "GS106": "the list of modules was asked for pages of no length",
    "GS200": "the Safe's owners were set up already",
    "GS201": "the threshold is above the number of owners",
    "GS202": "the threshold must be at least one",
    "GS203": "this address cannot be an owner",
    "GS204": "this address is an owner already",
    "GS205": "this address is not an owner",
    "GS300": "the contract is not a transaction guard",
    "GS301": "the contract is not a module guard",
    "GS400": "the fallback handler cannot be the Safe itself",
}
"""Code of a Safe -> what it means.  Version 1.3.0 and 1.4.1 answer GS013 where 1.5.0 passes the inner refusal on."""

CUSTOM_ERRORS: Final = {
    "TimelockUnexpectedOperationState(bytes32,bytes32)": (
        "the timelock operation {0} is not in the state this step needs: it was never scheduled, still waits, or is "
        "already done or cancelled"
    ),
    "TimelockInsufficientDelay(uint256,uint256)": "the delay {0} s is shorter than the timelock's minimum {1} s",
    "TimelockUnexecutedPredecessor(bytes32)": "the operation {0} must be executed first",
    "TimelockUnauthorizedCaller(address)": "only the timelock itself can do this, not {0}",
    "TimelockInvalidOperationLength(uint256,uint256,uint256)": "the batch has {0} targets, {1} payloads, {2} values",
    "AccessControlUnauthorizedAccount(address,bytes32)": "{0} does not hold the role {1}",
    "AccessControlBadConfirmation()": "a role can only be renounced by its holder",
    "OwnableUnauthorizedAccount(address)": "{0} is not the owner",
    "OwnableInvalidOwner(address)": "{0} cannot be an owner",
    "AccessManagedUnauthorized(address)": "the access manager does not allow {0} to do this",
    "AccessManagedRequiredDelay(address,uint32)": "the access manager makes {0} wait {1} s",
    "ERC1967InvalidImplementation(address)": (
        "{0} cannot be the implementation: it has no code, or is no UUPS contract where the proxy needs one"
    ),
    "ERC1967InvalidAdmin(address)": "{0} cannot be the admin of a proxy",
    "ERC1967InvalidBeacon(address)": "{0} is not a beacon",
    "ERC1967ProxyUninitialized()": "the proxy was deployed without calling an initializer",
    "ERC1967NonPayable()": "ether was sent with an upgrade that calls nothing",
    "BeaconInvalidImplementation(address)": "{0} cannot be the beacon's implementation: it has no code",
    "UUPSUnauthorizedCallContext()": "the upgrade function was called on an implementation instead of a proxy",
    "UUPSUnsupportedProxiableUUID(bytes32)": "the new implementation keeps its address in the slot {0}, not EIP-1967's",
    "ProxyDeniedAdminAccess()": "the admin of a transparent proxy can only upgrade it; call through another account",
    "InvalidInitialization()": "it was initialized already, or this version of the initializer was used",
    "NotInitializing()": "an initializer's part was called outside of an initializer",
    "AddressEmptyCode(address)": "{0} has no code",
    "FailedInnerCall()": "an inner call reverted without a reason",
    "FailedCall()": "an inner call reverted without a reason",
    "InsufficientBalance(uint256,uint256)": "{1} wei are needed, {0} are there",
    "EnforcedPause()": "the contract is paused",
    "ExpectedPause()": "the contract is not paused",
    "ReentrancyGuardReentrantCall()": "the function was entered again from within",
    "ECDSAInvalidSignature()": "the signature is invalid",
    "SafeCastOverflowedUintDowncast(uint8,uint256)": "{1} does not fit {0} bits",
}
"""Signature of a custom error -> sentence with its arguments by position."""

PANICS: Final = {
    0x01: "an assertion failed",
    0x11: "an arithmetic operation overflowed",
    0x12: "a division by zero",
    0x21: "a number is no member of its enum",
    0x22: "a stored byte array is wrongly encoded",
    0x31: "pop of an empty array",
    0x32: "an index lies outside its array",
    0x41: "too much memory was asked for",
    0x51: "an uninitialized function pointer was called",
}
"""Source: https://docs.soliditylang.org/en/latest/control-structures.html#panic-via-assert-and-error-via-require."""

REVERT_STRINGS: Final = {
    "TimelockController: operation is not ready": "the timelock operation was not scheduled, still waits, or is done",
    "TimelockController: operation already scheduled": "the timelock operation is scheduled or done already",
    "TimelockController: insufficient delay": "the delay is shorter than the timelock's minimum",
    "TimelockController: missing dependency": "the operation's predecessor must be executed first",
    "TimelockController: operation cannot be cancelled": "only a scheduled operation can be cancelled",
    "TimelockController: underlying transaction reverted": "the call inside the timelock operation reverted",
    "Initializable: contract is already initialized": "it was initialized already",
    "Ownable: caller is not the owner": "the caller is not the owner",
    "ERC1967Upgrade: new implementation is not UUPS": "the new implementation is no UUPS contract",
    "ERC1967: new implementation is not a contract": "the new implementation has no code",
    "Pausable: paused": "the contract is paused",
}
"""String of OpenZeppelin 3 and 4 -> what it means."""

_ERROR: Final = selector("Error(string)")
_PANIC: Final = selector("Panic(uint256)")
_BY_SELECTOR: Final = {selector(signature): signature for signature in CUSTOM_ERRORS}


def explain_revert(data: bytes) -> str:
    """Return why a call reverted.

    Args:
        data: The revert data; untrusted, and so is the text that is returned.

    Returns:
        One clause with the original code or name in brackets; the contract's own words where they are not known;
        empty where the data says nothing or is of an unknown custom error.
    """
    head, rest = data[:SELECTOR_BYTES], data[SELECTOR_BYTES:]
    try:
        if head == _ERROR:
            (text,) = decode_result(("string",), rest)
            return _of_string(text)
        if head == _PANIC:
            (code,) = decode_result(("uint256",), rest)
            return f"{PANICS.get(code, 'a check of the compiler failed')} (Panic 0x{code:02x})"
        if head in _BY_SELECTOR:
            signature = _BY_SELECTOR[head]
            values = decode_result(types_of(signature), rest)
            return f"{CUSTOM_ERRORS[signature].format(*map(_shown, values))} ({signature.partition('(')[0]})"
    except InputError:
        return ""
    return ""


def _of_string(text: str) -> str:
    if text in SAFE_CODES:
        return f"{SAFE_CODES[text]} ({text})"
    if text in REVERT_STRINGS:
        return f"{REVERT_STRINGS[text]} ({text})"
    return text


def _shown(value: Any) -> str:
    return hexed(value) if isinstance(value, bytes) else str(value)
