"""The command line: one verb per file, each a thin call into the package.

Every refusal leaves here as one line on stderr, and with --json as an object on stdout; exit codes: 0 done, 1 failed, 2 usage or
an unknown name, 3 a bad value or file, 130 interrupted. Verbs import what they need when they run, so that --help is quick.
"""

import gc
import sys
from collections.abc import Sequence

from darkrecoil._errors import DarkrecoilError
from darkrecoil.cli import _output


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    gc.set_threshold(1_000_000, 50, 50)  # imports make many lasting objects: to look for garbage among them took a fifth of the start
    sys.exit(run(given))


def run(arguments: list[str]) -> int:
    """The exit code of a command line."""
    from darkrecoil.cli._app import application

    as_json = "--json" in arguments
    try:
        result = application()(args=arguments, prog_name="darkrecoil", standalone_mode=False)
    except DarkrecoilError as error:
        return _output.refuse(error, as_json)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return 130
    except BrokenPipeError:
        return 1
    except Exception as error:
        if not hasattr(error, "format_message"):
            return _unexpected(error, as_json, "-v" in arguments or "--verbose" in arguments)
        return _output.refuse(_usage(error, arguments), as_json)
    return result if isinstance(result, int) else 0


def _usage(error: Exception, arguments: list[str]) -> DarkrecoilError:
    """A usage error of the parser as ours: unknown verb, unknown option, missing argument, a value of another kind."""
    from darkrecoil._errors import UnknownName

    message = str(error.format_message()).rstrip(".")  # type: ignore[attr-defined]
    named = [i for i, word in enumerate(arguments[:-1]) if f"'{word}'" in message or f" {word}'" in message]
    given = [arguments[i + 1] for i in named if not arguments[i + 1].startswith("--")]
    value = given[0] if given and message.startswith("Invalid value") else None
    return UnknownName(message, value, hint="see darkrecoil --help")


def _unexpected(error: Exception, as_json: bool, verbose: bool) -> int:
    """A fault of the package's own: one line, or the whole trace with -v."""
    if type(error).__name__ == "Exit":
        return int(getattr(error, "exit_code", 0))
    if type(error).__name__ == "Abort":
        sys.stderr.write("interrupted\n")
        return 130
    if verbose:
        raise error
    return _output.refuse(DarkrecoilError(f"failed: {type(error).__name__}: {error}", hint="-v shows the whole trace"), as_json)
