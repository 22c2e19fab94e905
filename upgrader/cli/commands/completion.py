"""``upgrader completion``: let a shell complete our commands and options."""

import click

from upgrader.cli.outcome import Console, Outcome, reports

ORDER = 301


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@reports("completion")
def command(_console: Console, shell: str) -> Outcome:
    """Print the completion script of SHELL.

    \b
      bash   eval "$(upgrader completion bash)"                 in ~/.bashrc
      zsh    eval "$(upgrader completion zsh)"                  in ~/.zshrc
      fish   upgrader completion fish | source                  in ~/.config/fish/config.fish
    """  # noqa: D301 - click's mark for lines that stay apart is the escape itself
    from click.shell_completion import get_completion_class

    from upgrader.cli.app import cli

    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"no completion for {shell}")
    script = made(cli, {}, "upgrader", "_UPGRADER_COMPLETE").source()
    return Outcome({"script": script}, tuple(script.splitlines()))
