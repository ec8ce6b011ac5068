"""Random acyclic models for properties: nested blocks from a grammar, and plain noise."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from weakref import WeakKeyDictionary

from msgspec.structs import replace

from resnet_viz.graph.types import Graph, TensorRef
from tests.support.graphs.net import Net

MAKERS: dict[str, Callable[[Net, TensorRef], TensorRef]] = {
    "conv3": lambda net, x: net.conv(x, 8),
    "conv1": lambda net, x: net.conv(x, 16, 1),
    "stride": lambda net, x: net.conv(x, 8, 3, 2),
    "bn": Net.bn,
    "relu": Net.relu,
    "dropout": Net.dropout,
    "identity": Net.identity,
    "pool": lambda net, x: net.max_pool(x, 3, 2),
    "up": lambda net, x: net.upsample(x, 2),
    "pad": lambda net, x: net.pad(x, (1, 1)),
}
SIMPLE = tuple(MAKERS)
KINDS = [
    "simple", "residual", "residual", "dense", "branches", "gate", "shared", "nested", "side",
    "inverted", "cells", "repeats",
]  # fmt: skip


def simple(net: Net, x: TensorRef, maker: str) -> TensorRef:
    return MAKERS[maker](net, x)


sides: WeakKeyDictionary[Net, TensorRef] = WeakKeyDictionary()
"""Second inputs of nets: side inputs of blocks."""


def random_net(seed: int, size: int) -> Graph:
    """A net of about ``size`` calls, at most 200; equal seeds make equal nets."""
    random = Random(seed)
    net = Net("random")
    x = net.input(32, 32, 3)
    if random.random() < 0.4:
        sides[net] = net.input(32, 32, 3)
    x = (grown if random.random() < 0.5 else noise)(net, x, size, random)
    if random.random() < 0.7:
        x = net.dense(net.gap(x), 10)
    return pruned(net.graph(x))


def grown(net: Net, x: TensorRef, size: int, random: Random) -> TensorRef:
    """Simple calls, residual and dense blocks, gates and branches, nested at random."""
    while size > 0:
        inner = random.randint(1, max(1, min(size, 12)))
        size -= inner + 1
        match random.choice(KINDS):
            case "residual":
                other = simple(net, x, random.choice(SIMPLE)) if random.random() < 0.4 else x
                x = net.add(*mixed((grown(net, x, inner, random), other), random))
                x = net.relu(x) if random.random() < 0.4 else x
            case "dense":
                x = net.concat(x, grown(net, x, inner, random))
            case "branches":
                ends = [grown(net, x, inner // 2, random) for _ in range(random.randint(2, 3))]
                x = net.concat(*ends) if len(set(ends)) > 1 else x
            case "side" if net in sides and not net.is_inside:
                x = net.add(*mixed((net.conv(x, 8), net.conv(sides[net], 8, 1)), random))
            case "gate" | "shared" | "inverted" | "cells" | "repeats" as kind:
                x = GROWERS[kind](net, x, random)
            case "nested":
                x = nested(net, (x,), inner, random)
            case _:
                for _ in range(inner):
                    x = simple(net, x, random.choice(SIMPLE))
    return x


def gated(net: Net, x: TensorRef, random: Random) -> TensorRef:
    """Squeeze and excitation."""
    gate = net.conv(net.gap(x, keepdims=True), 8, 1)
    return net.multiply(*mixed((x, gate), random))


def shared(net: Net, x: TensorRef, random: Random) -> TensorRef:
    """Two calls of a convolution that others share too."""
    layer = f"shared_{random.randint(0, 2)}"
    x = net.conv(net.conv(x, 8), 8, layer=layer)
    return net.conv(net.conv(x, 8), 8, layer=layer)


def inverted(net: Net, x: TensorRef, random: Random) -> TensorRef:
    """An inverted bottleneck, sometimes with a shortcut."""
    y = net.depthwise(net.conv(x, 16, 1))
    y = net.conv(net.bn(y) if random.random() < 0.5 else y, 8, 1)
    has_shortcut = net.shape(x)[-1] == 8 and random.random() < 0.5
    return net.add(x, y) if has_shortcut else y


def cells(net: Net, x: TensorRef, random: Random) -> TensorRef:
    """A chain of cells, each fed by the two before it; sometimes one halves."""
    before = x
    for _ in range(random.choice((3, 3, 4))):
        stride = random.choice((1, 1, 2)) if net.shape(before) == net.shape(x) else 1
        if net.shape(before)[1:3] != net.shape(x)[1:3]:
            before = net.conv(before, 8, 1, 2)
        ends = [
            net.conv(x, 8, 3, stride),
            net.conv(x, 8, 1, stride),
            net.conv(before, 8, 1, stride),
        ]
        before, x = x, net.concat(*ends)
    return x


def repeats(net: Net, x: TensorRef, random: Random) -> TensorRef:
    """Equal periods of two or three residual blocks, sometimes with a tensor from the side."""
    x = net.conv(x, 8)
    side = net.conv(x, 8, 1)
    has_third = random.random() < 0.5
    for _ in range(random.choice((2, 3, 5))):
        x = net.add(x, net.conv(net.conv(x, 8), 8))
        x = net.add(x, net.conv(x, 8, 1))
        if has_third:
            x = net.add(x, net.conv(net.add(side, net.conv(x, 8)), 8))
    return x


GROWERS: dict[str, Callable[[Net, TensorRef, Random], TensorRef]] = {
    "gate": gated,
    "shared": shared,
    "inverted": inverted,
    "cells": cells,
    "repeats": repeats,
}


def nested(net: Net, refs: tuple[TensorRef, ...], size: int, random: Random) -> TensorRef:
    """A submodel, sometimes called twice, sometimes with a second output that is used."""
    seed, name = random.randint(0, 2**32), f"model_{random.randint(0, 2**32)}"
    make = random.choice((grown, noise))

    def build(*inner: TensorRef) -> tuple[TensorRef, ...]:
        again = Random(seed)  # every call of a model is alike
        x = net.add(*inner) if len(inner) > 1 else inner[0]
        first = make(net, x, size, again)
        if again.random() < 0.3:
            return first, simple(net, first, again.choice(SIMPLE))
        return (first,)

    made = net.nested(name, build, *refs)
    x = made[0]
    if len(made) > 1 and random.random() < 0.7:
        x = net.concat(net.conv(x, 8), made[1])
    if random.random() < 0.3 and net.shape(x) == net.shape(refs[0]):
        other = net.nested(name, build, *((x,) * len(refs)))[0]
        x = net.add(x, other) if random.random() < 0.5 else other
    return x


def mixed(refs: tuple[TensorRef, ...], random: Random) -> list[TensorRef]:
    return random.sample(refs, len(refs))


def noise(net: Net, x: TensorRef, size: int, random: Random) -> TensorRef:
    """Calls that take from any of the last few, joins among them."""
    made = [x, sides[net]] if net in sides and not net.is_inside else [x]
    for _ in range(size):
        recent = made[-random.choice((2, 4, 12)) :]
        if random.random() < 0.04:
            refs = tuple(random.sample(recent, min(len(recent), random.choice((1, 1, 2)))))
            made.append(nested(net, refs, min(size // 4 + 1, 12), random))
        elif random.random() < 0.3 and len(recent) > 1:
            chosen = random.sample(recent, min(len(recent), random.choice((2, 2, 3))))
            join = random.choice((net.add, net.add, net.concat, net.multiply))
            made.append(join(*chosen))
        else:
            made.append(simple(net, random.choice(recent), random.choice(SIMPLE)))
    return made[-1]


def pruned(graph: Graph) -> Graph:
    """The calls that lead to an output, as Keras keeps them; a submodel keeps all its outputs."""
    wanted = {ref.call for ref in graph.outputs}
    around = {scope.id: scope.parent for scope in graph.scopes}
    used: set[str] = set()
    size = 0
    while len(wanted) > size:
        size = len(wanted)
        for scope in graph.scopes:
            if scope.id in used:
                wanted.update(ref.call for ref in scope.outputs)
        for call in reversed(graph.calls):
            if call.id in wanted:
                wanted.update(ref.call for ref in call.inputs)
                inner = call.scope
                while inner:
                    used.add(inner)
                    inner = around[inner]
    calls = tuple(call for call in graph.calls if call.id in wanted)
    inputs = tuple(ref for ref in graph.inputs if ref.call in wanted)
    scopes = tuple(scope for scope in graph.scopes if scope.id in used)
    return replace(graph, calls=calls, inputs=inputs, scopes=scopes)
