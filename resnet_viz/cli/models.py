"""``resnet-viz models``: the built-in architectures with a line each."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from resnet_viz.services.timings import Timings

if TYPE_CHECKING:
    from resnet_viz.sources.parameters import Parameter


def list_models(_options: Namespace, timings: Timings) -> None:
    """Write the list to the terminal."""
    from resnet_viz.files import write_stdout

    write_stdout(listing())
    timings.mark("written")


def listing() -> str:
    """Names, descriptions and parameters, ready for the terminal."""
    from textwrap import wrap

    from resnet_viz.sources.catalog import BUILTIN_NAMES, find_architecture
    from resnet_viz.sources.keras_applications import APPLICATION_NAMES

    width = max(map(len, BUILTIN_NAMES))
    architectures = {name: find_architecture(name) for name in BUILTIN_NAMES}
    lines = [f"{name:<{width}}  {each.line}" for name, each in architectures.items()]
    users: dict[Parameter, list[str]] = {}
    for name, architecture in architectures.items():
        for parameter in architecture.parameters:
            users.setdefault(parameter, []).append(name)
    lines += ["", 'Parameters, as in "resnet34?input=64x64x3&classes=10":']
    for parameter, names in users.items():
        scope = "" if len(names) == len(architectures) else f" ({', '.join(names)})"
        lines.append(f"  {f'{parameter.name}={parameter.values}':<22}  {parameter.line}{scope}")
    lines += [
        "",
        'Any model without its shortcuts, or without a block: "resnet34 - shortcuts", '
        '"resnet34 - conv3_2".',
        "",
        'Models of keras.applications, as in "keras:ResNet50?input=160x160x3&classes=10":',
        *wrap(", ".join(APPLICATION_NAMES), 78, initial_indent="  ", subsequent_indent="  "),
    ]
    return "\n".join(lines) + "\n"
