"""Builder of graphs for tests without Keras: calls, configurations and shapes by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from resnet_viz.graph.types import Graph, LayerCall, Scope, Shape, Tensor, TensorRef

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
        self._scope: Scope | None = None
        self._scopes: list[Scope] = []

    @property
    def is_inside(self) -> bool:
        """Return whether a submodel is being built."""
        return self._scope is not None

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
        local = layer or name or f"{type_.lower()}_{self._counts[type_]}"
        self._counts[type_] += 1
        scope, layer, ref = self._named(local)
        index = sum(1 for call in self.calls if call.layer == layer)
        full = {"name": local, "trainable": True, **config}
        output = (Tensor(shape, "float32"),)
        self.calls.append(
            LayerCall(ref, layer, index, type_, module, full, {}, inputs, output, scope)
        )
        self._shapes[TensorRef(ref)] = shape
        return TensorRef(ref)

    def _named(self, local: str) -> tuple[str, str, str]:
        """The scope, the full layer name and the id of the next call or scope called ``local``."""
        scope = self._scope.id if self._scope else ""
        layer = f"{self._scope.layer}/{local}" if self._scope else local
        first = f"{scope}/{local}" if self._scope else local
        taken = {call.id for call in self.calls} | {each.id for each in self._scopes}
        number = 0
        while (name := first if number == 0 else f"{first}:{number}") in taken:
            number += 1
        return scope, layer, name

    def nested(
        self, name: str, build: Callable[..., TensorRef | tuple[TensorRef, ...]], *refs: TensorRef,
        type_: str = "Functional",
    ) -> Any:  # fmt: skip
        """A call of the submodel ``name``: ``build(*inner)`` makes its calls and outputs."""
        scope, layer, scope_id = self._named(name)
        call_index = sum(1 for each in self._scopes if each.layer == layer)
        around, counts = self._scope, self._counts
        index = len(self._scopes)
        self._scopes.append(Scope(scope_id, layer, call_index, type_, scope, refs, ()))
        self._scope, self._counts = self._scopes[-1], Counter()
        inner = [
            self.call("InputLayer", ref, shape=self.shape(ref), batch_shape=list(self.shape(ref)))
            for ref in refs
        ]
        made = build(*inner)
        self._scope, self._counts = around, counts
        outputs = made if isinstance(made, tuple) and not isinstance(made, TensorRef) else (made,)
        self._scopes[index] = Scope(scope_id, layer, call_index, type_, scope, refs, outputs)
        return made

    def graph(self, *outputs: TensorRef) -> Graph:
        scopes = tuple(self._scopes)
        return Graph(self.name, tuple(self.calls), tuple(self.inputs), outputs, scopes)

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
        self,
        query: TensorRef,
        value: TensorRef,
        heads: int = 4,
        width: int = 16,
        **more: Any,
    ) -> TensorRef:
        return self.call(
            "MultiHeadAttention", query, value, shape=self.shape(query), num_heads=heads,
            key_dim=width, value_dim=width, use_bias=True, output_shape=None, attention_axes=None,
            **more,
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

    number = {scope.id: str(index) for index, scope in enumerate(graph.scopes)}
    in_new = {"": "", **{scope: f"{names[0]}-{index}" for scope, index in number.items()}}
    calls = tuple(
        replace(
            call, id=new_call[call.id], layer=new_layer[call.layer], scope=in_new[call.scope],
            config={**call.config, "name": new_layer[call.layer]}, inputs=moved(call.inputs),
        )
        for call in graph.calls
    )  # fmt: skip
    new_scope = {scope.layer: f"{names[0]}-{number[scope.id]}" for scope in graph.scopes}
    scopes = tuple(
        replace(
            scope, id=in_new[scope.id], layer=new_scope[scope.layer], parent=in_new[scope.parent],
            inputs=moved(scope.inputs), outputs=moved(scope.outputs),
        )
        for scope in graph.scopes
    )  # fmt: skip
    return Graph(graph.name, calls, moved(graph.inputs), moved(graph.outputs), scopes)


def reordered(graph: Graph, keys: Sequence[float]) -> Graph:
    """The same model with its calls in another topological order, ``keys`` breaking ties."""
    waiting = {call.id: len({ref.call for ref in call.inputs}) for call in graph.calls}
    key = {call.id: keys[index] for index, call in enumerate(graph.calls)}
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
    return replace(graph, calls=tuple(order))
