"""The commands as Ape scripts: ``ape run plan UPGRADE --network …`` reads the chain that Ape is connected to.

Each file in ``scripts/`` names one command; Ape adds its own ``--network`` and hands over the provider, whose
endpoint takes the place of the network file's.
"""

from typing import Any

import click


def script(name: str) -> click.Command:
    """Return the command ``name`` as an Ape script that uses Ape's connected provider.

    Args:
        name: A command that takes ``--rpc``.
    """
    from ape.cli import ConnectedProviderCommand

    from upgrader.cli.app import cli

    wrapped = cli.get_command(click.Context(cli), name)
    if wrapped is None:
        raise click.UsageError(f"upgrader has no command {name}")

    class OnApe(ConnectedProviderCommand):  # type: ignore[misc]  # Ape's class is untyped
        """The same command behind Ape's network option."""

    parameters = [parameter for parameter in wrapped.params if parameter.name != "rpc"]

    def run(provider: Any, **options: Any) -> None:
        from upgrader.errors import UpgraderError

        try:
            if wrapped.callback is not None:
                wrapped.callback(rpc=(endpoint(provider),), **options)
        except UpgraderError as error:
            from upgrader.cli.app import fail

            fail(name, error, as_json=bool(options.get("as_json")))

    return OnApe(name, callback=run, params=parameters, help=wrapped.help)


def endpoint(provider: Any) -> str:
    """Return the HTTP endpoint of an Ape provider.

    Raises:
        click.UsageError: The provider speaks no HTTP, as Ape's in-process test chain.
    """
    for attribute in ("http_uri", "uri", "connection_str"):
        found = str(getattr(provider, attribute, None) or "")
        if found.startswith(("http://", "https://")):
            return found
    raise click.UsageError("this Ape provider has no HTTP endpoint; use --network with a node, foundry or a URL")
