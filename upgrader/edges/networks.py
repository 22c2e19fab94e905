"""``networks/<name>.toml``: a chain as data.

Endpoints are written with ``${NAME}`` for what is secret, and filled in from the environment only when the chain is
opened, so that a file can be committed and a value can be shown.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from upgrader.edges.files import read_toml
from upgrader.errors import InputError, UnavailableError
from upgrader.plan.reading import STRICT, AddressField, read_as
from upgrader.units import Address, ChainId

CHECKOUT: Final = Path(__file__).resolve().parents[2]
"""Where this package was checked out; its ``networks/`` serves projects that have none of that name."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Network:
    """A chain, and how to reach it.

    Attributes:
        chain_id: What every endpoint must answer to ``eth_chainId``.
        rpc: Endpoints, the preferred one first; ``${NAME}`` stands for a variable of the environment.
        test: True where nothing of value can be lost: no name needs to be typed, development keys are allowed.
        finality: The tag of the newest block that is safe to plan against.
        explorer: Address of a block explorer, for links in reports; empty for none.
        addresses: Names of well-known addresses by label, for people.
        name: Its file's name.
    """

    __pydantic_config__ = STRICT
    chain_id: Annotated[ChainId, Field(gt=0, lt=2**63)]
    rpc: tuple[str, ...] = ()
    test: bool = False
    finality: Literal["latest", "safe", "finalized"] = "finalized"
    explorer: Annotated[str, Field(pattern=r"^(https?://[^\s<>\"']+)?$")] = ""
    addresses: Mapping[str, AddressField] = field(default_factory=dict)
    name: str = ""

    def endpoints(self, environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
        """Return the addresses of the endpoints whose variables are set.

        Raises:
            UnavailableError: None is; the variable is named.
        """
        filled = [_filled(template, environment) for template in self.rpc]
        found = tuple(url for url in filled if url)
        if not found:
            wanted = [
                name for template in self.rpc for name in _VARIABLE.findall(template) if not environment.get(name)
            ]
            raise UnavailableError(
                f"no endpoint is configured: {wanted[0]} is not set" if wanted else "no endpoint is configured",
                remedy=f"export {wanted[0]}=https://…, or give --rpc URL" if wanted else "give --rpc URL",
                where=f"network {self.name}",
            )
        return found

    def label(self, wanted: Address) -> str:
        """Return the name of a well-known address, empty for any other."""
        return next((label for label, known in self.addresses.items() if known == wanted), "")


def load_network(name: str, root: Path | None = None) -> Network:
    """Read ``networks/<name>.toml`` of the project, else of this checkout.

    Args:
        name: The file's name without its ending.
        root: The project folder; None for the current one.

    Raises:
        InputError: There is no such network, or its file is wrong.
    """
    paths = [folder / f"{name}.toml" for folder in network_folders(root)] if _NAME.fullmatch(name) else []
    path = next((path for path in paths if path.is_file()), None)
    if path is None:
        known = ", ".join(network_names(root)) or "none"
        raise InputError(
            f"no network {name[:64]!r} (known: {known})", remedy=f"write networks/{name[:64]}.toml, or pick one"
        )
    tree = read_toml(path, limit=1 << 20)
    if "name" in tree:
        raise InputError("name: is the file's name", remedy="remove the field", where=str(path))
    return read_as(Network, {**tree, "name": name}, where=str(path))


def network_names(root: Path | None = None) -> tuple[str, ...]:
    """Return the names of every network that :func:`load_network` would find, sorted."""
    files = [path for folder in network_folders(root) for path in folder.glob("*.toml")]
    return tuple(sorted({path.stem for path in files if _NAME.fullmatch(path.stem)}))


def network_folders(root: Path | None) -> tuple[Path, ...]:
    """Return the folders that networks are looked up in, in order."""
    return tuple(dict.fromkeys(((root or Path.cwd()) / "networks", CHECKOUT / "networks")))


def _filled(template: str, environment: Mapping[str, str]) -> str:
    """Return ``template`` with its variables, empty when one is unset."""
    if any(not environment.get(name) for name in _VARIABLE.findall(template)):
        return ""
    return _VARIABLE.sub(lambda match: environment[match[1]], template)
