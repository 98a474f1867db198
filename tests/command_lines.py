"""Command lines that docs and scripts show, held to the program."""

from __future__ import annotations

import click

from registry.cli import cli
from registry.cli.base import COMMANDS


def options_of(words: list[str]) -> set[str]:
    """Options of a command line of ours that its command knows; fails for others."""
    taken: set[str] = set()
    waiting = list(words)
    while waiting and waiting[0].startswith("-"):
        (option,) = (param for param in cli.params if waiting[0] in param.opts)
        taken.add(waiting.pop(0))
        if isinstance(option, click.Option) and not option.is_flag and not option.is_eager:
            waiting.pop(0)
    if not waiting:
        return taken
    assert waiting[0] in COMMANDS, waiting
    command = cli.get_command(click.Context(cli), waiting.pop(0))
    if isinstance(command, click.Group) and waiting:
        # `log 1-07` is `log show 1-07`: what is no member of the group belongs to its first.
        context = click.Context(command)
        member = waiting[0] if waiting[0] in command.list_commands(context) else "show"
        command = command.get_command(context, member)
    assert command, words
    known = {name for param in command.params for name in (*param.opts, *param.secondary_opts)}
    for word in waiting:
        if word.startswith("-"):
            assert word in known, (command.name, word)
            taken.add(word)
    return taken
