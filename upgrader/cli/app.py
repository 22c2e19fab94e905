"""The entry point: finds the commands, runs one, and turns every way it can end into an exit code."""

import atexit
import codecs
import errno
import gc
import importlib
import io
import json
import os
import pkgutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from upgrader import __version__
from upgrader.cli.outcome import failure_document
from upgrader.errors import InputError, InterruptionError, UpgraderError

PACKAGE = "upgrader.cli.commands"
UPGRADE_NAMES = "UPGRADE is its folder, its number or its slug: upgrades/001-put-spreads, 1 or put-spreads."
"""What click has no place for: it gives arguments no help."""

SYSTEM_SAYS_NO = frozenset(
    {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.ENAMETOOLONG, errno.ELOOP, errno.EMFILE}
)
"""What an operating system refuses whatever we do: permissions, full disks, names and links that it does not follow."""

SIGNALLED = 128
"""What shells add to a signal's number to make an exit code."""


class Commands(click.Group):
    """The commands of ``cli/commands``, in the order of the journey.

    A command module's name, with ``_`` for ``-``, is the command's name; it holds a click command named ``command``
    and imports nothing heavy before it runs, so that ``--help`` stays instant.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of each module's ``ORDER`` constant."""
        folder = importlib.import_module(PACKAGE)
        names = [module.name for module in pkgutil.iter_modules(folder.__path__) if not module.name.startswith("_")]
        order = {name: getattr(importlib.import_module(f"{PACKAGE}.{name}"), "ORDER", 1000) for name in names}
        return [name.replace("_", "-") for name in sorted(names, key=lambda name: (order[name], name))]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Refuse a name that is none; click takes one that begins with a sign for an option, and shows the help."""
        if self.get_command(ctx, args[0]) is None:
            ctx.fail(f"No such command {args[0]!r}.")
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import and return one command; None when there is no such file."""
        module = cmd_name.replace("-", "_")
        if not module.isidentifier() or module.startswith("_"):
            return None
        try:
            found = importlib.import_module(f"{PACKAGE}.{module}")
        except ModuleNotFoundError as error:
            if error.name == f"{PACKAGE}.{module}":
                return None
            raise
        command: click.Command = found.command  # every module of the folder has one (a house test)
        if any(parameter.name == "upgrade" for parameter in command.params):
            command.epilog = UPGRADE_NAMES
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="upgrader")
def cli() -> None:
    """Check, simulate, govern and verify upgrades of proxy-pattern derivative contracts.

    \b
    Engineers:  init, inspect, check, plan, deploy, simulate, propose
    Signers:    report, sign, signatures
    Everyone:   status, schedule, execute, verify, rollback, notify
    Operators:  nodes

    State-changing commands show what they would send and stop; --execute sends.
    Exit codes: 0 ok, 2 bad input, 3 blocked, 4 simulation failed, 5 differs from plan, 6 not ready, 7 tool missing.
    """  # noqa: D301 - click's mark for lines that stay apart is the escape itself


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    argv = list(sys.argv[1:] if arguments is None else arguments)
    end_cleanly_on_signals()
    print_what_there_is()
    # A compiler's trees live to the end, millions of objects: to walk them again and again is a fifth of a check, and
    # the interpreter looks for cycles in them a last time before it gives them back to the system anyway.
    gc.set_threshold(50_000, 20, 50)
    atexit.register(gc.freeze)
    try:
        cli.main(args=argv, prog_name="upgrader", standalone_mode=False)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.UsageError as error:
        context = error.ctx.command_path if error.ctx else "upgrader"
        _fail(argv, InputError(error.format_message(), remedy=f"{context} --help shows what it takes"))
    except (click.Abort, KeyboardInterrupt):
        _interrupted(argv)
    except BrokenPipeError:
        # The reader of our output left (`upgrader … | head`); not an error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except click.ClickException as error:
        _fail(argv, InputError(error.format_message(), remedy="see upgrader --help"))
    except UpgraderError as error:
        _fail(argv, error)
    except OSError as error:
        if error.errno not in SYSTEM_SAYS_NO:
            _fail(argv, _defect(argv))
        where = str(error.filename or "")
        _fail(argv, InputError(error.strerror or "refused", remedy="check path, permissions and disk", where=where))
    except Exception:  # noqa: BLE001 - the outermost frame: a defect of ours becomes a file and a sentence
        _fail(argv, _defect(argv))


def fail(name: str, error: UpgraderError, *, as_json: bool) -> NoReturn:
    """Print an expected failure of the command ``name`` and exit with its code."""
    from upgrader.reports.text import visible

    if as_json:
        click.echo(json.dumps(failure_document(name, error), indent=2))
    # A compiler's message has lines of its own; behind the first, none begins where ours do.
    lines = [visible(line) for line in str(error)[:4000].splitlines()] or [""]
    click.echo(f"error: {lines[0]}", err=True)
    for line in lines[1:]:
        click.echo(f"       {line}", err=True)
    click.echo(f"  fix: {visible(error.remedy, 1000)}", err=True)
    sys.exit(error.exit_code)


def _interrupted(argv: Sequence[str]) -> NoReturn:
    """Say on both streams that the user stopped it; a reader of ``--json`` waits for its one document."""
    error = InterruptionError("interrupted; what was done so far is kept", remedy="run the command again")
    if "--json" in argv:
        click.echo(json.dumps(failure_document(_named(argv), error), indent=2))
    click.echo(error.message, err=True)
    sys.exit(error.exit_code)


def end_cleanly_on_signals() -> None:
    """Let a termination unwind as an interrupt does, so that the chains we started are stopped."""

    def end(number: int, _frame: object) -> None:
        sys.exit(SIGNALLED + number)

    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), end)


def print_what_there_is() -> None:
    """Let a terminal that lacks a character get another in its place; to stop in the middle of a verdict is worse."""

    def stand_in(error: UnicodeError) -> tuple[str, int]:
        from upgrader.reports.terminal import stand_in as shown

        return shown(error)

    codecs.register_error("upgrader", stand_in)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="upgrader")


def _fail(argv: Sequence[str], error: UpgraderError) -> NoReturn:
    fail(_named(argv), error, as_json="--json" in argv)


def _named(argv: Sequence[str]) -> str:
    """Return the command that the words of a command line name, as its document does; ``usage`` for none."""
    found: click.Command | None = cli
    name: list[str] = []
    for word in argv:
        if not isinstance(found, click.Group):
            break
        if not word.startswith("-"):
            found = found.get_command(click.Context(cli), word)
            name.append(word)
    return ".".join(name) if name and found is not None and not isinstance(found, click.Group) else "usage"


def _defect(argv: Sequence[str]) -> UpgraderError:
    return UpgraderError("an unexpected error stopped the command", remedy=f"report the dump {_dump(argv)}")


def _dump(argv: Sequence[str]) -> Path:
    import tempfile
    import traceback

    handle, name = tempfile.mkstemp(prefix="upgrader-crash-", suffix=".txt")
    with os.fdopen(handle, "w") as file:
        file.write(f"upgrader {__version__}\ncommand: {argv[:1]}\n\n{traceback.format_exc()}")
    return Path(name)
