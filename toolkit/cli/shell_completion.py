"""`--install-completion SHELL` and `--show-completion SHELL`.

Without the name they are typer's own, of the shell that runs the command; typer passes over a name.
"""

from collections.abc import Sequence

from toolkit.cli.console import result
from toolkit.errors import UsageError
from toolkit.unknown_name_did_you_mean import unknown_name

_INSTALL, _SHOW = "--install-completion", "--show-completion"
_PROGRAM, _VARIABLE = "toolkit", "_TOOLKIT_COMPLETE"


def done_for_a_named_shell(arguments: Sequence[str]) -> bool:
    """Whether the arguments name a shell after one of the two; then it is done.

    Raises UsageError for an unknown shell.
    """
    option, equals, joined = arguments[0].partition("=") if arguments else ("", "", "")
    names = [joined, *arguments[1:]] if equals else arguments[1:]
    if option not in (_INSTALL, _SHOW) or not names:
        return False
    from typer._completion_shared import Shells, get_completion_script, install

    known = [shell.value for shell in Shells]
    shell, *more = names
    if shell not in known:
        raise UsageError(f"{option}: {unknown_name('shell', shell, known)}")
    if more:
        raise UsageError(
            f"{option} {shell}: {more[0]!r} is one word too many.", fix="leave it out."
        )
    if option == _SHOW:
        script = get_completion_script(prog_name=_PROGRAM, complete_var=_VARIABLE, shell=shell)
        result(script)
    else:
        _, path = install(shell=shell, prog_name=_PROGRAM, complete_var=_VARIABLE)
        result(f"{shell} completion installed in {path}\nIt takes effect in the next terminal.")
    return True
