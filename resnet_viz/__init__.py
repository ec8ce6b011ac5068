"""Keras models as they really are: their graph, residual structure and numbers, as a picture.

For scripts and notebooks::

    import resnet_viz

    resnet_viz.analyze("resnet34")  # or a live model, a model file, "keras:ResNet50"
    resnet_viz.report(keras_model, format="text")
    resnet_viz.export("model.keras", "figure.svg", detail="block")
    resnet_viz.diff("resnet34", "plain34")
    resnet_viz.run("cifar_resnet20", "gradients")
    resnet_viz.show(keras_model)  # in a notebook; resnet_viz.open(keras_model): in a window

All of it is also a command line (``resnet-viz --help``) and a desktop program (``resnet-viz``).
"""

from __future__ import annotations

from resnet_viz._version import __version__

TYPE_CHECKING = False  # as type checkers know it; importing typing would take most of the time

if TYPE_CHECKING:
    from resnet_viz.api import (
        Analysis,
        AppError,
        Graph,
        UntracedError,
        analyze,
        diff,
        read,
        report,
        run,
        snapshot,
        trace,
    )
    from resnet_viz.notebook import open, plot_model, show  # noqa: A004 - resnet_viz.open(model)
    from resnet_viz.pictures import export, to_graphviz

__all__ = [
    "Analysis",
    "AppError",
    "Graph",
    "UntracedError",
    "__version__",
    "analyze",
    "diff",
    "export",
    "open",
    "plot_model",
    "read",
    "report",
    "run",
    "show",
    "snapshot",
    "to_graphviz",
    "trace",
]

if not TYPE_CHECKING:  # for a type checker any name would be an attribute

    def __getattr__(name: str) -> object:
        """Import the public names on first use, so that ``import resnet_viz`` is cheap."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from resnet_viz import api, notebook, pictures  # notebook also draws results there

        modules = (api, pictures, notebook)
        return next(getattr(module, name) for module in modules if name in module.__all__)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
