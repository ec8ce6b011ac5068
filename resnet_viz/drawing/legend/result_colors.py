"""View coloured by the result of an experiment."""

from __future__ import annotations

import msgspec

from resnet_viz.document import Document
from resnet_viz.errors import UsageError, quoted
from resnet_viz.experiments.layer_numbers import QUANTITIES, LayerNumbers
from resnet_viz.experiments.quantities import quantities, run_named
from resnet_viz.experiments.results import Result
from resnet_viz.layout.view import View
from resnet_viz.suggestions import join_with_or


def colored_by_result(view: View, document: Document, result: Result) -> View:
    """``view`` with the numbers that ``result`` has for the model.

    Without a quantity as the meaning of its colours it gets the experiment's main one.

    Raises:
        UsageError: the result has no such number, or is of another model.
    """
    # the model itself, else the network that comes first
    run, *_ = run_named(result, str(document.source)) or result.runs
    found = quantities(result, run)
    known = {name: each for name, each in found.items() if _has_any(each, document)}
    if not known:
        raise UsageError(
            f"The result of {result.experiment} on {quoted(result.runs[0].source)} has no number "
            f"for a layer or block of {quoted(document.title)}; name a result of gradients, "
            "training, responses or deletion on this model."
        )
    wanted = view.color_by if view.color_by in QUANTITIES else next(iter(known))
    measured = next((each for name, each in known.items() if name == wanted), None)
    if measured is None:
        raise UsageError(
            f"The result of {result.experiment} has no {words(wanted)}; colour by "
            f"{join_with_or([words(name) for name in known])}."
        )
    return msgspec.structs.replace(view, color_by=measured.quantity, measured=measured)


def words(quantity: str) -> str:
    """A quantity's name as users write it: "output-gradient"."""
    return quantity.replace("_", "-")


def _has_any(numbers: LayerNumbers, document: Document) -> bool:
    ids = document.graph.by_id.keys() | document.structure.by_id.keys()
    return any(each in ids for each, _ in numbers.values)
