"""Calls as a file that the Safe web app's Transaction Builder opens.

The file carries a checksum, which the app recomputes when it opens it and warns about when it differs.  It is the
keccak of a serialization of its own: keys sorted and written before the values, and the batch's name left out, since
users rename batches.  The same calls always give the same file: the time of creation is zero.

Source: ``apps/tx-builder`` of https://github.com/safe-global/safe-react-apps
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from upgrader.calls import Call
from upgrader.units import Address, ChainId, hexed, keccak

FORMAT_VERSION: Final = "1.0"

BUILDER_VERSION: Final = "1.18.2"
"""Release of the app whose files these are modelled on."""


def transaction_builder(
    calls: Iterable[Call], *, chain_id: ChainId, safe: Address, name: str, description: str = ""
) -> dict[str, Any]:
    """Return the document for ``calls``, which the Safe makes in order.

    Args:
        calls: What the Safe shall call; several become one batch when the app proposes them.
        chain_id: The Safe's chain.
        safe: The Safe.
        name: Title of the batch.
        description: What it does, in words.
    """
    batch: dict[str, Any] = {
        "version": FORMAT_VERSION,
        "chainId": str(chain_id),
        "createdAt": 0,
        "meta": {
            "name": name,
            "description": description,
            "txBuilderVersion": BUILDER_VERSION,
            "createdFromSafeAddress": safe,
            "createdFromOwnerAddress": "",
        },
        "transactions": [
            {
                "to": call.to,
                "value": str(call.value),
                "data": hexed(call.data),
                "contractMethod": None,
                "contractInputsValues": None,
            }
            for call in calls
        ],
    }
    batch["meta"]["checksum"] = checksum(batch)
    return batch


def checksum(batch: Mapping[str, Any]) -> str:
    """Return the checksum that belongs into ``meta.checksum``; one that is there already does not count."""
    meta = {key: value for key, value in batch["meta"].items() if key != "checksum"}
    return hexed(keccak(_serialized({**batch, "meta": {**meta, "name": None}}).encode()))


def _serialized(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ",".join(_serialized(item) for item in value) + "]"
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + _json(keys) + "".join(_serialized(value[key]) + "," for key in keys) + "}"
    return _json(value)


def _json(value: Any) -> str:
    """Return what JavaScript's ``JSON.stringify`` writes: no spaces, no escapes beyond the needed."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
