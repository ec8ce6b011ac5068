"""``resnet-viz models``: the built-in architectures with a line each."""

from __future__ import annotations

from argparse import Namespace

from resnet_viz.services.timings import Timings


def list_models(_options: Namespace, timings: Timings) -> None:
    """Write the list to the terminal."""
    from resnet_viz.files import write_stdout

    write_stdout(listing())
    timings.mark("written")


def listing() -> str:
    """Names, lines and parameters, ready for the terminal."""
    from textwrap import wrap

    from resnet_viz.sources.catalog import BUILTIN_NAMES, find_architecture
    from resnet_viz.sources.keras_applications import APPLICATION_NAMES

    width = max(map(len, BUILTIN_NAMES))
    lines = [f"{name:<{width}}  {find_architecture(name).line}" for name in BUILTIN_NAMES]
    parameters = {
        parameter.name: parameter
        for name in BUILTIN_NAMES
        for parameter in find_architecture(name).parameters
    }
    lines += ["", 'Parameters, as in "resnet34?input=64x64x3&classes=10":']
    for parameter in parameters.values():
        takers = [name for name in BUILTIN_NAMES if parameter in find_architecture(name).parameters]
        where = "" if len(takers) == len(BUILTIN_NAMES) else f" ({', '.join(takers)})"
        said = f"{parameter.name}={parameter.values}"
        lines.append(f"  {said:<22}  {parameter.line}{where}")
    lines += [
        "",
        'Models of keras.applications, as in "keras:ResNet50?input=160x160x3&classes=10":',
    ]
    names = ", ".join(APPLICATION_NAMES)
    lines += wrap(names, 78, initial_indent="  ", subsequent_indent="  ")
    return "\n".join(lines) + "\n"
