"""Builds graphs for tests without Keras: calls, configurations and shapes by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from resnet_viz.graph.values import Graph, LayerCall, Shape, Tensor, TensorRef

Pair = int | tuple[int, int]


def pair(value: Pair) -> tuple[int, int]:
    return value if isinstance(value, tuple) else (value, value)


class Net:
    """A model under construction; every method adds a call and returns its first output."""

    def __init__(self, name: str = "net") -> None:
        self.name = name
        self.calls: list[LayerCall] = []
        self.inputs: list[TensorRef] = []
        self._counts: Counter[str] = Counter()
        self._shapes: dict[TensorRef, Shape] = {}

    def shape(self, ref: TensorRef) -> Shape:
        return self._shapes[ref]

    def call(
        self,
        type_: str,
        *inputs: TensorRef,
        shape: Shape,
        name: str | None = None,
        layer: str | None = None,
        module: str = "keras.layers",
        **config: Any,
    ) -> TensorRef:
        layer = layer or name or f"{type_.lower()}_{self._counts[type_]}"
        self._counts[type_] += 1
        index = sum(1 for call in self.calls if call.layer == layer)
        ref = TensorRef(layer if index == 0 else f"{layer}:{index}")
        full = {"name": layer, "trainable": True, **config}
        output = (Tensor(shape, "float32"),)
        self.calls.append(
            LayerCall(ref.call, layer, index, type_, module, full, {}, inputs, output)
        )
        self._shapes[ref] = shape
        return ref

    def graph(self, *outputs: TensorRef) -> Graph:
        return Graph(self.name, tuple(self.calls), tuple(self.inputs), outputs)

    def input(self, *sizes: int | None, name: str | None = None) -> TensorRef:
        ref = self.call("InputLayer", shape=(None, *sizes), name=name, batch_shape=[None, *sizes])
        self.inputs.append(ref)
        return ref

    def _moved(self, x: TensorRef, kernel: Pair, stride: Pair, padding: str, rate: int = 1) -> Any:
        sizes = []
        for size, k, s in zip(self.shape(x)[1:-1], pair(kernel), pair(stride), strict=True):
            extent = (k - 1) * rate + 1
            if size is None:
                sizes.append(None)
            else:
                sizes.append(-(-size // s) if padding == "same" else (size - extent) // s + 1)
        return sizes

    def conv(
        self, x: TensorRef, filters: int, kernel: Pair = 3, stride: Pair = 1, *,
        padding: str = "same", bias: bool = True, groups: int = 1, rate: int = 1,
        activation: str = "linear", **more: Any,
    ) -> TensorRef:  # fmt: skip
        shape = (None, *self._moved(x, kernel, stride, padding, rate), filters)
        return self.call(
            "Conv2D", x, shape=shape, filters=filters, kernel_size=list(pair(kernel)),
            strides=list(pair(stride)), padding=padding, use_bias=bias, groups=groups,
            dilation_rate=[rate, rate], activation=activation, data_format="channels_last", **more,
        )  # fmt: skip

    def depthwise(
        self, x: TensorRef, kernel: int = 3, stride: int = 1, *, bias: bool = False,
        padding: str = "same", **more: Any,
    ) -> TensorRef:  # fmt: skip
        shape = (None, *self._moved(x, kernel, stride, padding), self.shape(x)[-1])
        return self.call(
            "DepthwiseConv2D", x, shape=shape, kernel_size=[kernel, kernel],
            strides=[stride, stride], padding=padding, depth_multiplier=1, use_bias=bias,
            activation="linear", **more,
        )  # fmt: skip

    def transposed(self, x: TensorRef, filters: int, kernel: int = 2, stride: int = 2) -> TensorRef:
        sizes = [None if n is None else n * stride for n in self.shape(x)[1:-1]]
        return self.call(
            "Conv2DTranspose", x, shape=(None, *sizes, filters), filters=filters,
            kernel_size=[kernel, kernel], strides=[stride, stride], padding="same",
            output_padding=None, activation="linear", use_bias=True,
        )  # fmt: skip

    def _same(self, type_: str, x: TensorRef, **config: Any) -> TensorRef:
        return self.call(type_, x, shape=self.shape(x), **config)

    def bn(self, x: TensorRef, **more: Any) -> TensorRef:
        return self._same("BatchNormalization", x, axis=-1, center=True, scale=True, **more)

    def layer_norm(self, x: TensorRef) -> TensorRef:
        return self._same("LayerNormalization", x, axis=-1, center=True, scale=True)

    def relu(self, x: TensorRef, **more: Any) -> TensorRef:
        return self._same("ReLU", x, max_value=None, **more)

    def activation(self, x: TensorRef, name: str = "relu") -> TensorRef:
        return self._same("Activation", x, activation=name)

    def dropout(self, x: TensorRef, rate: float = 0.1) -> TensorRef:
        return self._same("Dropout", x, rate=rate, seed=None)

    def identity(self, x: TensorRef) -> TensorRef:
        return self._same("Identity", x)

    def _pool(
        self, type_: str, x: TensorRef, size: int, stride: int | None, padding: str, more: Any
    ) -> TensorRef:
        step = stride or size
        shape = (None, *self._moved(x, size, step, padding), self.shape(x)[-1])
        return self.call(
            type_, x, shape=shape, pool_size=[size, size], strides=[step, step], padding=padding,
            data_format="channels_last", **more,
        )  # fmt: skip

    def max_pool(
        self, x: TensorRef, size: int = 2, stride: int | None = None, padding: str = "same",
        **more: Any,
    ) -> TensorRef:  # fmt: skip
        return self._pool("MaxPooling2D", x, size, stride, padding, more)

    def avg_pool(
        self, x: TensorRef, size: int = 2, stride: int | None = None, padding: str = "same",
        **more: Any,
    ) -> TensorRef:  # fmt: skip
        return self._pool("AveragePooling2D", x, size, stride, padding, more)

    def gap(self, x: TensorRef, *, keepdims: bool = False, **more: Any) -> TensorRef:
        channels = self.shape(x)[-1]
        ones = [1] * (len(self.shape(x)) - 2) if keepdims else []
        type_ = f"GlobalAveragePooling{len(self.shape(x)) - 2}D"
        return self.call(type_, x, shape=(None, *ones, channels), keepdims=keepdims, **more)

    def pad(self, x: TensorRef, sides: Any, **more: Any) -> TensorRef:
        widths = [sides, sides] if isinstance(sides[0], int) else sides
        sizes = [
            None if n is None else n + sum(side)
            for n, side in zip(self.shape(x)[1:-1], widths, strict=True)
        ]
        shape = (None, *sizes, self.shape(x)[-1])
        return self.call("ZeroPadding2D", x, shape=shape, padding=[list(s) for s in widths], **more)

    def upsample(self, x: TensorRef, factor: int = 2, interpolation: str = "nearest") -> TensorRef:
        sizes = [None if n is None else n * factor for n in self.shape(x)[1:-1]]
        shape = (None, *sizes, self.shape(x)[-1])
        return self.call(
            "UpSampling2D", x, shape=shape, size=[factor, factor], interpolation=interpolation
        )

    def dense(self, x: TensorRef, units: int, activation: str = "linear", **more: Any) -> TensorRef:
        shape = (*self.shape(x)[:-1], units)
        return self.call(
            "Dense", x, shape=shape, units=units, use_bias=True, activation=activation, **more
        )

    def flatten(self, x: TensorRef) -> TensorRef:
        size = 1
        for n in self.shape(x)[1:]:
            size *= n or 1
        return self.call("Flatten", x, shape=(None, size))

    def reshape(self, x: TensorRef, *sizes: int) -> TensorRef:
        return self.call("Reshape", x, shape=(None, *sizes), target_shape=list(sizes))

    def embedding(self, x: TensorRef, words: int, width: int) -> TensorRef:
        shape = (*self.shape(x), width)
        return self.call("Embedding", x, shape=shape, input_dim=words, output_dim=width)

    def attention(
        self, query: TensorRef, value: TensorRef, heads: int = 4, width: int = 16
    ) -> TensorRef:
        return self.call(
            "MultiHeadAttention", query, value, shape=self.shape(query), num_heads=heads,
            key_dim=width, value_dim=width, use_bias=True, output_shape=None, attention_axes=None,
        )  # fmt: skip

    def add(self, *refs: TensorRef, **more: Any) -> TensorRef:
        return self.call("Add", *refs, shape=self.shape(refs[0]), **more)

    def concat(self, *refs: TensorRef, **more: Any) -> TensorRef:
        channels = sum(self.shape(ref)[-1] or 0 for ref in refs)
        shape = (*self.shape(refs[0])[:-1], channels)
        return self.call("Concatenate", *refs, shape=shape, axis=-1, **more)

    def multiply(self, *refs: TensorRef, **more: Any) -> TensorRef:
        largest = max((self.shape(ref) for ref in refs), key=lambda s: [n or 0 for n in s])
        return self.call("Multiply", *refs, shape=largest, **more)

    def pad_channels(self, x: TensorRef, more_channels: int) -> TensorRef:
        *sizes, channels = self.shape(x)
        return self.call(
            "Pad", x, shape=(*sizes, (channels or 0) + more_channels),
            module="keras.src.ops.numpy", pad_width=[[0, 0], [0, 0], [0, 0], [0, more_channels]],
            mode="constant",
        )  # fmt: skip


def renamed(graph: Graph, names: Sequence[str]) -> Graph:
    """The same model with other layer names, ``names`` in the order of first use."""
    layers = dict.fromkeys(call.layer for call in graph.calls)
    new_layer = dict(zip(layers, names, strict=True))
    new_call = {
        call.id: new_layer[call.layer] + (f":{call.call_index}" if call.call_index else "")
        for call in graph.calls
    }

    def moved(refs: tuple[TensorRef, ...]) -> tuple[TensorRef, ...]:
        return tuple(TensorRef(new_call[ref.call], ref.output) for ref in refs)

    calls = tuple(
        LayerCall(
            new_call[call.id], new_layer[call.layer], call.call_index, call.type, call.module,
            {**call.config, "name": new_layer[call.layer]}, call.arguments, moved(call.inputs),
            call.outputs,
        )
        for call in graph.calls
    )  # fmt: skip
    return Graph(graph.name, calls, moved(graph.inputs), moved(graph.outputs))


def reordered(graph: Graph, keys: Sequence[float]) -> Graph:
    """The same model with its calls in another topological order, ``keys`` breaking ties."""
    waiting = {call.id: len({ref.call for ref in call.inputs}) for call in graph.calls}
    key = {call.id: keys[place] for place, call in enumerate(graph.calls)}
    ready = [name for name, count in waiting.items() if count == 0]
    order: list[LayerCall] = []
    while ready:
        ready.sort(key=lambda name: key[name])
        name = ready.pop(0)
        order.append(graph.by_id[name])
        for after in graph.consumers[name]:
            waiting[after] -= 1
            if waiting[after] == 0:
                ready.append(after)
    return Graph(graph.name, tuple(order), graph.inputs, graph.outputs)
