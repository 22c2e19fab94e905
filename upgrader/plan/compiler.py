"""Which compiler a project names; apart from the project's other tables, because a check of sources needs no more."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SolcChoice:
    """``[solc]``: the compiler of contracts that say no other."""

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012 - read by pydantic, which a check does not import
    version: str = ""
    evm_version: str = ""
    optimizer_runs: int | None = None
    remappings: tuple[str, ...] = ()

    def settings(self) -> dict[str, Any]:
        """Return the standard-JSON settings these choices amount to."""
        chosen: dict[str, Any] = {}
        if self.evm_version:
            chosen["evmVersion"] = self.evm_version
        if self.optimizer_runs is not None:
            chosen["optimizer"] = {"enabled": True, "runs": self.optimizer_runs}
        if self.remappings:
            chosen["remappings"] = list(self.remappings)
        return chosen
