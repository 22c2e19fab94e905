"""The Python execution specifications as an EVM that shares no code with anvil's.

``ethereum-execution`` is the protocol written down as a program, one package for each fork.  A run's transactions go
through its ``process_transaction`` (intrinsic gas, checks, execution, refund), on a state that asks the chain for each
account and word when it is first read.  What no transaction of a sandbox can have is supplied: nobody's key is known,
so the sender is named instead of recovered from a signature, and an account with code, which EIP-3607 lets send
nothing, has its code put aside until the checks are through.

It does in seconds what anvil does in milliseconds, so it is for one short run of a sweep.

Source: https://github.com/ethereum/execution-specs
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from functools import lru_cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec, module_from_spec
from typing import Any, Final

from upgrader.errors import UnavailableError
from upgrader.inquiry import Log, ReadBalance, ReadCode, ReadFailed, ReadSlot
from upgrader.simulation.ground import Ground
from upgrader.simulation.pack import ReadNonce
from upgrader.simulation.probes import STRANGER
from upgrader.simulation.request import ACT_GAS, Run, spent
from upgrader.simulation.scenario import Act, ActResult, Answers, Moment, Override
from upgrader.units import WORD, ZERO_ADDRESS, ZERO_HASH, Address, BlockNumber, Slot, Timestamp, address, word

PACKAGE: Final = "ethereum-execution"


class ExecutionSpecs:
    """The :class:`~upgrader.ports.IndependentEvm` port."""

    @property
    def name(self) -> str:
        """The package, with its version where it is installed."""
        try:
            return f"{PACKAGE} {version(PACKAGE)}"
        except PackageNotFoundError:
            return PACKAGE

    def run(self, run: Run, ground: Ground) -> Answers:
        """Return what a run shows under the chain's own rules.

        Raises:
            UnavailableError: The package is not installed, does not know the rules, or a contract asks for the hash
                of a block, which a sandbox does not have.
        """
        evm = _Evm(ground)
        evm.fund(run)
        results = [
            evm.block(BlockNumber(run.base.number + index), time, moment)
            for index, (time, moment) in enumerate(zip(run.times, run.moments, strict=True), 1)
        ]
        before = len(run.prelude)
        return Answers(
            scenario=run.scenario.name,
            prelude=tuple(acts for acts, _ in results[:before]),
            acts=tuple(acts for acts, _ in results[before:]),
            questions=tuple(asked for _, asked in results[before:]),
            slots={owner: {slot: evm.slot(owner, slot) for slot in slots} for owner, slots in run.watch.items()},
        )


class _Evm:
    """One fork's specification over the state of one block."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._fork = _own_copy(ground.hardfork)
        package = f"ethereum.forks.{ground.hardfork}"
        self._states, self._vm = import_module(f"{package}.state"), import_module(f"{package}.vm")
        self._types, self._tries = import_module(f"{package}.fork_types"), import_module(f"{package}.trie")
        self._transactions = import_module(f"{package}.transactions")
        self._bytes, self._numbers = import_module("ethereum_types.bytes"), import_module("ethereum_types.numeric")
        self._state = self._states.State(self._tries.Trie(True, None, _Asked(self._account, None)))  # noqa: FBT003 - secured
        self._sender: Any = None
        self._aside: Any = None
        self._output: Any = None
        prepare, process = self._fork.prepare_message, self._fork.process_message_call
        self._fork.recover_sender = lambda *_: self._sender
        self._fork.prepare_message = lambda *given: self._prepared(prepare, given)
        self._fork.process_message_call = lambda message: self._processed(process, message)

    def fund(self, run: Run) -> None:
        """Give each sender that owns less what it may spend, as a request does."""
        first = run.moments[0].overrides if run.moments else {}
        for owner, amount in spent(run.moments).items():
            if first.get(owner, Override()).balance is None and int(self._read(owner).balance) < amount:
                self._put(owner, Override(balance=amount))

    def block(
        self, number: BlockNumber, time: Timestamp, moment: Moment
    ) -> tuple[tuple[ActResult, ...], tuple[bytes | ReadFailed, ...]]:
        """Run one block: its acts, and the questions on what they left."""
        for owner, override in moment.overrides.items():
            self._put(owner, override)
        environment = self._environment(number, time, moment)
        acts: list[ActResult] = []
        for act in moment.acts:
            acts.append(self._act(act, environment, sum(len(done.logs) for done in acts)))
        asked = [Act(STRANGER, question.to, question.data, gas=question.gas) for question in moment.questions]
        return tuple(acts), tuple(self._asked(act, environment) for act in asked)

    def slot(self, owner: Address, slot: Slot) -> bytes:
        """Return a word of storage."""
        self._read(owner)
        return word(int(self._states.get_storage(self._state, self._address(owner), self._word(slot))))

    def _act(self, act: Act, environment: Any, first: int) -> ActResult:
        self._sender = self._address(act.sender)
        account = self._states.get_account(self._state, self._sender)
        self._aside = bytes(account.code)
        self._code(self._sender, b"")
        fee = int(getattr(environment, "base_fee_per_gas", 0))
        transaction = self._transaction(act, int(account.nonce), fee and fee + act.tip)
        # Each in a block's room of its own: simulations do not add up the gas of a block either.
        room = self._vm.BlockOutput()
        self._fork.process_transaction(environment, room, transaction, self._numbers.Uint(0))
        done = self._output
        number = BlockNumber(int(environment.number))
        logs = tuple(
            Log(_named(log.address), tuple(map(bytes, log.topics)), bytes(log.data), number, index)
            for index, log in enumerate(done.logs, first)
        )
        return ActResult(done.error is None, int(room.block_gas_used), logs, bytes(done.return_data))

    def _transaction(self, act: Act, nonce: int, price: int) -> Any:
        numbers = self._numbers
        parts: dict[str, Any] = {
            "nonce": numbers.U256(nonce),
            "gas_price": numbers.Uint(price),
            "gas": numbers.Uint(act.gas or ACT_GAS),
            "to": self._address(act.to),
            "value": numbers.U256(act.value),
            "data": self._bytes.Bytes(act.data),
            "r": numbers.U256(1),
            "s": numbers.U256(1),
        }
        if not act.access:
            return self._transactions.LegacyTransaction(**parts, v=numbers.U256(27))
        listed = tuple(
            self._transactions.Access(self._address(owner), tuple(map(self._word, slots)))
            for owner, slots in act.access
        )
        return self._transactions.AccessListTransaction(
            **parts, chain_id=numbers.U64(self._ground.chain_id), access_list=listed, y_parity=numbers.U256(0)
        )

    def _asked(self, act: Act, environment: Any) -> bytes | ReadFailed:
        with self._undone():
            result = self._act(act, environment, 0)
            error = self._output.error
        return result.data if result.status else ReadFailed(type(error).__name__, result.data, reverted=True)

    @contextmanager
    def _undone(self) -> Iterator[None]:
        transient = self._states.TransientStorage()
        self._states.begin_transaction(self._state, transient)
        try:
            yield
        finally:
            self._states.rollback_transaction(self._state, transient)

    def _prepared(self, prepare: Callable[..., Any], given: tuple[Any, ...]) -> Any:
        """The checks are through: an account that acts has its code again before anything runs."""
        self._code(self._sender, self._aside)
        return prepare(*given)

    def _processed(self, process: Callable[..., Any], message: Any) -> Any:
        self._output = process(message)
        return self._output

    def _environment(self, number: BlockNumber, time: Timestamp, moment: Moment) -> Any:
        """Return the block's environment; what a fork does not know is left out."""
        uint, known = self._numbers.Uint, {field.name for field in fields(self._vm.BlockEnvironment)}
        values: Mapping[str, Any] = {
            "chain_id": self._numbers.U64(self._ground.chain_id),
            "state": self._state,
            "block_gas_limit": uint(max(self._ground.gas_limit, ACT_GAS)),
            "block_hashes": _NoHashes(),
            "coinbase": self._address(moment.beneficiary or ZERO_ADDRESS),
            "number": uint(number),
            "base_fee_per_gas": uint(moment.basefee or 0),
            "time": self._numbers.U256(time),
            "prev_randao": self._bytes.Bytes32(moment.randomness or ZERO_HASH),
            "difficulty": uint(0),
            "excess_blob_gas": self._numbers.U64(0),
            "parent_beacon_block_root": self._bytes.Bytes32(ZERO_HASH),
        }
        return self._vm.BlockEnvironment(**{name: value for name, value in values.items() if name in known})

    def _put(self, owner: Address, override: Override) -> None:
        place = self._address(owner)
        self._read(owner)
        if override.balance is not None:
            self._states.set_account_balance(self._state, place, self._numbers.U256(override.balance))
        if override.code is not None:
            self._code(place, override.code)
            self._storage(place)
        for slot, value in override.slots.items():
            trie, key = self._storage(place), self._word(slot)
            self._tries.trie_get(trie, key)  # what was read is known, and may become zero
            self._tries.trie_set(trie, key, self._numbers.U256(int.from_bytes(value)))

    def _code(self, place: Any, code: bytes) -> None:
        if bytes(self._states.get_account(self._state, place).code) != code:
            self._states.set_code(self._state, place, self._bytes.Bytes(code))

    def _read(self, owner: Address) -> Any:
        return self._states.get_account(self._state, self._address(owner))

    def _account(self, place: Any) -> Any:
        """Return an account as the chain has it, None where it has none (EIP-161)."""
        owner, fact = _named(place), self._ground.fact
        balance, nonce = (int.from_bytes(fact(read)) for read in (ReadBalance(owner), ReadNonce(owner)))
        code = fact(ReadCode(owner))
        if not (balance or nonce or code):
            return None
        if code:
            self._storage(place)
        numbers = self._numbers
        return self._types.Account(numbers.Uint(nonce), numbers.U256(balance), self._bytes.Bytes(code))

    def _storage(self, place: Any) -> Any:
        """Return an account's storage, each word of which is asked of the chain when it is first read."""
        state, zero = self._state, self._numbers.U256(0)
        if place not in state._storage_tries:  # noqa: SLF001 - the specification has no way to put a trie
            owner = _named(place)

            def ask(key: Any) -> Any:
                return self._numbers.U256(int.from_bytes(self._ground.fact(ReadSlot(owner, _slot(key)))))

            # What was never read is as the chain has it in every state that may be returned to, too.
            for tries in (state._storage_tries, *(earlier for _, earlier in state._snapshots)):  # noqa: SLF001 - likewise
                tries.setdefault(place, self._tries.Trie(True, zero, _Asked(ask, zero)))  # noqa: FBT003 - secured
        return state._storage_tries[place]  # noqa: SLF001 - likewise

    def _address(self, owner: Address) -> Any:
        return self._types.Address(bytes.fromhex(owner[2:]))

    def _word(self, slot: Slot) -> Any:
        return self._bytes.Bytes32(word(slot))


class _Asked(dict[Any, Any]):
    """A trie's entries, asked of the chain when they are first read: none is ever taken for empty.

    Args:
        ask: Returns an entry by its key.
        empty: What stands for an entry that was deleted.
    """

    def __init__(self, ask: Callable[[Any], Any], empty: Any, known: Mapping[Any, Any] | None = None) -> None:
        super().__init__(known or {})
        self._ask = ask
        self._empty = empty

    def get(self, key: Any, default: Any = None) -> Any:
        if key not in self:
            self[key] = self._ask(key)
        value = self[key]
        return default if value is None else value

    def __delitem__(self, key: Any) -> None:
        self[key] = self._empty

    def __copy__(self) -> "_Asked":
        return _Asked(self._ask, self._empty, self)


class _NoHashes(list[Any]):
    """The hashes of earlier blocks, which no simulation knows."""

    def __getitem__(self, index: Any) -> Any:
        raise UnavailableError(
            "a contract asks for the hash of a block, which simulated blocks do not have",
            remedy="choose a scenario that does not",
        )


def _own_copy(hardfork: str) -> Any:
    """Return a fork's state transition as a module of its own, whose names may be replaced for one run."""
    try:
        version(PACKAGE)
    except PackageNotFoundError as error:
        raise UnavailableError(f"{PACKAGE} is not installed", remedy="pip install 'upgrader[specs]'") from error
    try:
        found = find_spec(f"ethereum.forks.{hardfork}.fork")
    except ModuleNotFoundError:
        found = None
    if found is None or found.loader is None:
        raise UnavailableError(f"{PACKAGE} does not know {hardfork}", remedy=f"install a {PACKAGE} that does")
    module: Any = module_from_spec(found)
    found.loader.exec_module(module)
    # Two fifths of a run are spent finding the jump destinations of the same few contracts again.
    interpreter: Any = import_module(f"ethereum.forks.{hardfork}.vm.interpreter")
    if not hasattr(interpreter.get_valid_jump_destinations, "cache_info"):
        interpreter.get_valid_jump_destinations = lru_cache(maxsize=256)(interpreter.get_valid_jump_destinations)
    return module


def _named(place: Any) -> Address:
    return address("0x" + bytes(place).hex())


def _slot(key: Any) -> Slot:
    return Slot(int.from_bytes(bytes(key)[-WORD:]))
