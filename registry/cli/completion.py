"""Completion of words by the shell: bash, zsh and fish as click has it, and PowerShell."""

from __future__ import annotations

import os
from typing import Final

import click
from click.shell_completion import CompletionItem, ShellComplete, add_completion_class

VARIABLE: Final = "_REGISTRY_COMPLETE"
"""The shell's question stands in this variable of the environment."""

_POWERSHELL: Final = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $line = $commandAst.ToString()
    $env:COMP_WORDS = $line.Substring(0, [Math]::Min($cursorPosition, $line.Length))
    $env:COMP_CWORD = $wordToComplete
    $env:%(complete_var)s = 'powershell_complete'
    $before = [Console]::OutputEncoding
    [Console]::OutputEncoding = [System.Text.Encoding]::UTF8
    try {
        %(prog_name)s | Where-Object { $_ } | ForEach-Object {
            $value, $help = $_ -split "`t", 2
            if (-not $help) { $help = $value }
            [System.Management.Automation.CompletionResult]::new(
                $value, $value, 'ParameterValue', $help)
        }
    } finally {
        [Console]::OutputEncoding = $before
        Remove-Item Env:COMP_WORDS, Env:COMP_CWORD, Env:%(complete_var)s
    }
}
"""


class PowerShellComplete(ShellComplete):
    """The same for PowerShell, which has files completed by itself."""

    name = "powershell"
    source_template = _POWERSHELL

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one that is completed, and that one."""
        from click.shell_completion import split_arg_string

        incomplete = os.environ.get("COMP_CWORD", "")
        words = split_arg_string(os.environ.get("COMP_WORDS", ""))[1:]
        return (words[:-1] if incomplete and words else words), incomplete

    def format_completion(self, item: CompletionItem) -> str:
        """One line: what the word may be, and what that means."""
        return f"{item.value}\t{item.help}" if item.help else str(item.value)

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """What the word may be; none for names of files."""
        found = super().get_completions(args, incomplete)
        return [item for item in found if item.type == "plain"]


def complete(cli: click.Group) -> None:
    """Answer the shell, and leave. Raises SystemExit."""
    add_completion_class(PowerShellComplete)
    cli.main(prog_name="registry", complete_var=VARIABLE)
