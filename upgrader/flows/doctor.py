"""``doctor``: every part that upgrader runs on, whether it is as it must be, and the command that mends it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final, Protocol

from upgrader.errors import NotReadyError, UpgraderError

PYTHONS: Final = ("3.11", "3.12")
"""numpy's pin behind eth-ape has no wheels for later ones."""


class State(StrEnum):
    """How a part is."""

    OK = "ok"
    MISSING = "missing"
    WRONG = "wrong"
    UNUSED = "not configured"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the machine.

    Attributes:
        name: What it is.
        state: How it is.
        found: Version or kind that was found; empty for none.
        wanted: What must be there; empty where anything will do.
        required: Whether upgrader cannot work without it.
        remedy: The command that mends it; empty when nothing is wrong.
    """

    name: str
    state: State
    found: str = ""
    wanted: str = ""
    required: bool = True
    remedy: str = ""

    @property
    def fails(self) -> bool:
        """Whether the doctor cannot let this pass."""
        return self.required and self.state in {State.MISSING, State.WRONG}

    def to_json(self) -> dict[str, Any]:
        """Return the published form."""
        return asdict(self)


class Machine(Protocol):
    """The facts of a machine; every method answers, whatever it finds."""

    setup: str
    """The command that installs everything."""

    def python(self) -> str:
        """Return the interpreter's version."""
        ...

    def packages(self) -> Mapping[str, tuple[str, str, bool]]:
        """Return name -> (wanted, found, fits) of every package that this one requires."""
        ...

    def ape(self) -> str:
        """Return why Ape with its plugins does not start; empty when it does."""
        ...

    def node(self) -> str:
        """Return Node's version, empty for none."""
        ...

    def git(self) -> str:
        """Return git's version, empty for none."""
        ...

    def npm(self) -> Mapping[str, tuple[str, str]]:
        """Return name -> (wanted, found) of every npm package that the project pins."""
        ...

    def compilers(self) -> Mapping[str, str]:
        """Return solc version -> ``native``, ``npm's behind a shim``, or empty when it does not run."""
        ...

    def wanted_compiler(self) -> str:
        """Return the solc version that the project names, empty for none.

        Raises:
            InputError: The project's file is wrong.
        """
        ...

    def anvil(self) -> tuple[str, str, str]:
        """Return (wanted, found, remedy)."""
        ...

    def networks(self) -> Sequence[str]:
        """Return the names of the networks that are known here."""
        ...

    def reach(self, network: str) -> str:
        """Ask a network's endpoints for their chain id and return what they are.

        Raises:
            NotReadyError: No endpoint is configured, or a development node is not running.
            UpgraderError: An endpoint does not answer, or is of another chain.
        """
        ...

    def browser(self) -> str:
        """Return the version of a Chromium, empty for none."""
        ...


def examine(machine: Machine) -> tuple[Part, ...]:
    """Return every part, in the order of the installation."""
    return tuple(
        part
        for parts in (_python(machine), _packages(machine), _chain_tools(machine), _networks(machine))
        for part in parts
    )


def _python(machine: Machine) -> Iterable[Part]:
    found = machine.python()
    right = found.startswith(tuple(f"{version}." for version in PYTHONS))
    wanted = " or ".join(PYTHONS)
    yield Part("Python", State.OK if right else State.WRONG, found, wanted, remedy="" if right else f"install {wanted}")


def _packages(machine: Machine) -> Iterable[Part]:
    for name, (wanted, found, fits) in machine.packages().items():
        state = State.OK if fits else State.WRONG if found else State.MISSING
        yield Part(name, state, found, wanted, remedy="" if fits else machine.setup)
    trouble = machine.ape()
    yield Part(
        "Ape with its plugins",
        State.WRONG if trouble else State.OK,
        trouble or "starts",
        remedy=machine.setup if trouble else "",
    )


def _chain_tools(machine: Machine) -> Iterable[Part]:
    compilers = machine.compilers()
    shimmed = any(kind not in {"", "native"} for kind in compilers.values())
    node = machine.node()
    yield Part(
        "Node",
        State.OK if node else State.MISSING,
        node,
        required=shimmed,
        remedy="" if node else machine.setup,
    )
    yield from _npm(machine)
    for version, kind in sorted(compilers.items()):
        state = State.OK if kind else State.WRONG
        yield Part(f"solc {version}", state, kind or "does not run", remedy="" if kind else machine.setup)
    wanted = ""
    try:
        wanted = machine.wanted_compiler()
    except UpgraderError as error:
        yield Part("project", State.WRONG, str(error), remedy=error.remedy)
    if not compilers or (wanted and wanted not in compilers):
        yield Part(f"solc {wanted}".strip(), State.MISSING, remedy=machine.setup)
    pinned, found, remedy = machine.anvil()
    right = found == pinned
    state = State.OK if right else State.WRONG if found else State.MISSING
    yield Part("anvil", state, found, pinned, remedy="" if right else remedy)
    git = machine.git()
    yield Part(
        "git (commits of plans)",
        State.OK if git else State.MISSING,
        git,
        required=False,
        remedy="" if git else "install git (Debian: apt install git)",
    )
    browser = machine.browser()
    yield Part(
        "Chromium (page tests)",
        State.OK if browser else State.UNUSED,
        browser,
        required=False,
        remedy="" if browser else "apt install chromium",
    )


def _npm(machine: Machine) -> Iterable[Part]:
    """Yield one line for all npm packages, and one for each that is not as pinned."""
    packages = machine.npm()
    right = [name for name, (wanted, found) in packages.items() if wanted == found]
    if packages:
        state = State.OK if len(right) == len(packages) else State.WRONG
        count = f"{len(right)} of {len(packages)} as pinned"
        yield Part("npm packages", state, count, remedy="" if state is State.OK else machine.setup)
    for name, (wanted, found) in packages.items():
        if name not in right:
            yield Part(name, State.WRONG if found else State.MISSING, found, wanted, remedy=machine.setup)


def _networks(machine: Machine) -> Iterable[Part]:
    for name in machine.networks():
        try:
            yield Part(f"network {name}", State.OK, machine.reach(name))
        except NotReadyError as unused:
            yield Part(f"network {name}", State.UNUSED, unused.message, required=False, remedy=unused.remedy)
        except UpgraderError as error:
            yield Part(f"network {name}", State.WRONG, str(error), remedy=error.remedy)
