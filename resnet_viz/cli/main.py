"""Entry point of the command line: dispatch to commands, exit codes, errors as one line."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Sequence
from pathlib import Path

from resnet_viz.cli.streams import drop_stdout, prepare_streams
from resnet_viz.errors import EXIT_OK, EXIT_UNUSABLE, AppError, UsageError, escape_controls

_MAX_LAYERS = 200


def main(arguments: Sequence[str]) -> int:
    """Run the command that ``arguments`` name.

    Returns:
        0 done, 1 the model or file can't be used, 2 wrong usage, 3 models differ.
    """
    debug = "--debug" in arguments
    try:
        return _run(list(arguments))
    except AppError as error:
        if debug:
            _print_traceback()
        _report(error.message)
        _report_details(error, debug=debug)
        return error.exit_code
    except BrokenPipeError:
        drop_stdout()
        return EXIT_OK
    except SystemExit:  # argparse's way to end after --help
        return EXIT_OK
    except Exception as error:  # noqa: BLE001 - the last resort: a line, not a traceback
        if debug:
            _print_traceback()
        _report(
            f"Unexpected error ({type(error).__name__}: {error}); run the command again with "
            "--debug and report its output."
        )
        return EXIT_UNUSABLE


def _run(arguments: list[str]) -> int:
    prepare_streams()
    from resnet_viz.cli.arguments import COMMANDS

    command = next((word for word in arguments if not word.startswith("-")), "")
    if command not in COMMANDS:
        return _run_window(arguments)
    arguments.remove(command)
    return _run_command(command, arguments)


def _run_window(arguments: list[str]) -> int:
    from resnet_viz.cli.arguments import PROGRAM, window_parser

    words = [word for word in arguments if not word.startswith("-")]
    if words in (["help"], ["version"]) and not Path(words[0]).exists():
        arguments = [*(word for word in arguments if word != words[0]), f"--{words[0]}"]
        words = []
    if len(words) > (2 if "--compare" in arguments else 1):
        raise UsageError(_unexpected(words))
    options = window_parser().read(arguments)
    if options.version:
        from resnet_viz._version import __version__
        from resnet_viz.files import write_stdout

        write_stdout(f"{PROGRAM} {__version__}\n")
        return EXIT_OK
    if options.install_desktop:
        from resnet_viz.cli.desktop import install_desktop
        from resnet_viz.files import write_stdout

        write_stdout("".join(f"{path}\n" for path in install_desktop()))
        return EXIT_OK
    from resnet_viz.cli.window import open_window

    return open_window(options)


def _unexpected(words: list[str]) -> str:
    from resnet_viz.cli.arguments import COMMANDS, PROGRAM
    from resnet_viz.suggestions import closest_matches, unknown_name

    command = next((word for word in words if word in COMMANDS), None)
    if command is not None:
        return f"The command comes first: {PROGRAM} {command} {words[0]} ..."
    if closest_matches(words[0], COMMANDS):
        return unknown_name("command", words[0], COMMANDS)
    return f"{PROGRAM} opens one model at a time (not {len(words)}); see {PROGRAM} --help."


def _run_command(command: str, arguments: list[str]) -> int:
    from resnet_viz.cli import arguments as parsers
    from resnet_viz.services.timings import Timings

    # A command makes millions of values that live until it ends; collecting cycles among them
    # again and again would take half of the time for a large model.
    gc.disable()
    timings = Timings()
    code = EXIT_OK
    if command == "export":
        from resnet_viz.cli.export import export
        from resnet_viz.cli.export_arguments import export_parser

        export(export_parser().read(arguments), timings, tell=_report)
    elif command == "report":
        from resnet_viz.cli.report import write_report

        write_report(parsers.report_parser().read(arguments), timings)
    elif command == "diff":
        from resnet_viz.cli.diff.arguments import diff_parser
        from resnet_viz.cli.diff.write import write_diff

        code = write_diff(diff_parser().read(arguments), timings, tell=_report)
    elif command == "snapshot":
        from resnet_viz.cli.diff.write import write_snapshot

        write_snapshot(parsers.snapshot_parser().read(arguments), timings)
    elif command == "run":
        from resnet_viz.cli.run import run_experiment
        from resnet_viz.cli.run_arguments import run_parser

        run_experiment(run_parser().read(arguments), timings, tell=_report)
    else:
        from resnet_viz.cli.models import list_models

        list_models(parsers.models_parser().read(arguments), timings)
    if "--timings" in arguments:
        timings.report()
    return code


def _report(message: str) -> None:
    """Write a message, on one line whatever the names in it hold."""
    _write(f"resnet-viz: {escape_controls(message, kept='')}\n")


def _write(text: str) -> None:
    if sys.stderr is not None:
        with contextlib.suppress(OSError):  # as when it is a pipe that nobody reads
            sys.stderr.write(escape_controls(text))
            sys.stderr.flush()


def _report_details(error: AppError, *, debug: bool) -> None:
    """Write the layers of a model that can't be drawn, and with ``debug`` other errors' details."""
    from resnet_viz.graph.layer_tree import UntracedError, tree_text

    if isinstance(error, UntracedError):
        _write(tree_text(error.layers, most=_MAX_LAYERS) + "\n")
    elif debug and error.details:
        _write(f"resnet-viz: {error.details}\n")


def _print_traceback() -> None:
    import traceback

    _write(traceback.format_exc())
