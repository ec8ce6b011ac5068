"""Known architectures as graphs, built by hand for tests."""

from __future__ import annotations

from resnet_viz.graph.types import Graph, TensorRef
from tests.support.graphs.net import Net

DEPTHS = {
    18: (2, 2, 2, 2),
    34: (3, 4, 6, 3),
    50: (3, 4, 6, 3),
    101: (3, 4, 23, 3),
    152: (3, 8, 36, 3),
}


def conv_bn(net: Net, x: TensorRef, filters: int, kernel: int = 3, stride: int = 1) -> TensorRef:
    return net.bn(net.conv(x, filters, kernel, stride, bias=False))


def _shortcut(net: Net, x: TensorRef, width: int, stride: int, option: str) -> TensorRef:
    changes = stride != 1 or net.shape(x)[-1] != width
    if option == "C" or (changes and option == "B"):
        return conv_bn(net, x, width, 1, stride)
    if not changes:
        return x
    small = net.max_pool(x, 1, stride, "valid") if stride != 1 else x
    return net.pad_channels(small, width - (net.shape(x)[-1] or 0))


def resnet(
    depth: int, *, size: int = 224, shortcut: str = "B", stride_on: str = "3x3", classes: int = 1000
) -> Graph:
    net = Net(f"resnet{depth}")
    image = net.input(size, size, 3)
    x = resnet_body(net, image, depth, shortcut=shortcut, stride_on=stride_on)
    return net.graph(net.dense(net.gap(x), classes, "softmax"))


def resnet_body(
    net: Net, x: TensorRef, depth: int, *, shortcut: str = "B", stride_on: str = "3x3"
) -> TensorRef:
    """The paper's ResNet without its head."""
    x = net.relu(conv_bn(net, x, 64, 7, 2))
    x = net.max_pool(x, 3, 2)
    for stage, count in enumerate(DEPTHS[depth]):
        for number in range(count):
            stride = 2 if stage and not number else 1
            width = 64 * 2**stage
            if depth < 50:
                branch = net.relu(conv_bn(net, x, width, 3, stride))
                branch = conv_bn(net, branch, width)
            else:
                first, second = (stride, 1) if stride_on == "1x1" else (1, stride)
                branch = net.relu(conv_bn(net, x, width, 1, first))
                branch = net.relu(conv_bn(net, branch, width, 3, second))
                width *= 4
                branch = conv_bn(net, branch, width, 1)
            x = net.relu(net.add(branch, _shortcut(net, x, width, stride, shortcut)))
    return x


def plain(depth: int) -> Graph:
    net = Net(f"plain{depth}")
    x = net.relu(conv_bn(net, net.input(224, 224, 3), 64, 7, 2))
    x = net.max_pool(x, 3, 2)
    for stage, count in enumerate(DEPTHS[depth]):
        for number in range(count):
            stride = 2 if stage and not number else 1
            x = net.relu(conv_bn(net, x, 64 * 2**stage, 3, stride))
            x = net.relu(conv_bn(net, x, 64 * 2**stage))
    return net.graph(net.dense(net.gap(x), 1000, "softmax"))


def keras_resnet50() -> Graph:
    """keras.applications: biases, explicit padding, the stride on the first 1×1."""
    net = Net("resnet50")
    x = net.conv(net.pad(net.input(224, 224, 3), (3, 3)), 64, 7, 2, padding="valid")
    x = net.relu(net.bn(x))
    x = net.max_pool(net.pad(x, (1, 1)), 3, 2, "valid")
    for stage, count in enumerate(DEPTHS[50]):
        for number in range(count):
            stride = 2 if stage and not number else 1
            width = 64 * 2**stage
            shortcut = x if number else net.bn(net.conv(x, 4 * width, 1, stride))
            branch = net.relu(net.bn(net.conv(x, width, 1, stride)))
            branch = net.relu(net.bn(net.conv(branch, width, 3)))
            branch = net.bn(net.conv(branch, 4 * width, 1))
            x = net.relu(net.add(shortcut, branch))
    return net.graph(net.dense(net.gap(x), 1000, "softmax"))


def resnet_v2(depth: int = 50) -> Graph:
    """keras.applications' V2: pre-activation, the stride in each stack's last block."""
    net = Net(f"resnet{depth}v2")
    x = net.conv(net.pad(net.input(224, 224, 3), (3, 3)), 64, 7, 2, padding="valid")
    x = net.max_pool(net.pad(x, (1, 1)), 3, 2, "valid")
    for stage, count in enumerate(DEPTHS[depth]):
        width = 64 * 2**stage
        for number in range(count):
            stride = 2 if number == count - 1 and stage < 3 else 1
            ready = net.relu(net.bn(x))
            if number == 0:
                shortcut = net.conv(ready, 4 * width, 1)
            else:
                shortcut = net.max_pool(x, 1, stride) if stride > 1 else x
            branch = net.relu(net.bn(net.conv(ready, width, 1, bias=False)))
            branch = net.pad(branch, (1, 1))
            branch = net.conv(branch, width, 3, stride, padding="valid", bias=False)
            x = net.add(shortcut, net.conv(net.relu(net.bn(branch)), 4 * width, 1))
    return net.graph(net.dense(net.gap(net.relu(net.bn(x))), 1000, "softmax"))


def resnet_d() -> Graph:
    """ResNet-50-D: a stem of three, pooling before the projection."""
    net = Net("resnet50d")
    x = net.input(224, 224, 3)
    for filters, stride in ((32, 2), (32, 1), (64, 1)):
        x = net.relu(conv_bn(net, x, filters, 3, stride))
    x = net.max_pool(x, 3, 2)
    for stage, count in enumerate(DEPTHS[50]):
        for number in range(count):
            stride = 2 if stage and not number else 1
            width = 64 * 2**stage
            branch = net.relu(conv_bn(net, x, width, 1))
            branch = net.relu(conv_bn(net, branch, width, 3, stride))
            branch = conv_bn(net, branch, 4 * width, 1)
            shortcut = x
            if not number:
                shortcut = net.avg_pool(x, 2, 2) if stride > 1 else x
                shortcut = conv_bn(net, shortcut, 4 * width, 1)
            x = net.relu(net.add(branch, shortcut))
    return net.graph(net.dense(net.gap(x), 1000, "softmax"))


def tutorial(size: int = 224) -> Graph:
    """The tutorial's resnet_34: every unit halves the image and pools its shortcut."""
    net = Net("tutorial")
    x = net.conv(net.input(size, size, 3), 64, 7, 2, activation="relu")
    x = net.max_pool(x, 3, 2)
    for filters, count in ((64, 3), (128, 4), (256, 6), (512, 3)):
        for _ in range(count):
            shortcut = net.conv(net.max_pool(x, 3, 2), filters, 1, activation="relu")
            branch = net.conv(x, filters, 3, 2, activation="relu")
            x = net.add(shortcut, net.conv(branch, filters, 3, activation="relu"))
    return net.graph(net.dense(net.gap(x), 1000, "softmax"))


def vgg16() -> Graph:
    net = Net("vgg16")
    x = net.input(224, 224, 3)
    for number, (filters, count) in enumerate(((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)), 1):
        for one in range(1, count + 1):
            x = net.conv(x, filters, activation="relu", name=f"block{number}_conv{one}")
        x = net.max_pool(x, 2, 2, name=f"block{number}_pool")
    x = net.dense(net.flatten(x), 4096, "relu", name="fc1")
    x = net.dense(x, 4096, "relu", name="fc2")
    return net.graph(net.dense(x, 1000, "softmax", name="predictions"))


def densenet121() -> Graph:
    net = Net("densenet121")
    x = net.pad(net.input(224, 224, 3), (3, 3))
    x = net.relu(net.bn(net.conv(x, 64, 7, 2, padding="valid", bias=False)))
    x = net.max_pool(net.pad(x, (1, 1)), 3, 2, "valid")
    for number, count in enumerate((6, 12, 24, 16)):
        for _ in range(count):
            y = net.conv(net.relu(net.bn(x)), 128, 1, bias=False)
            y = net.conv(net.relu(net.bn(y)), 32, 3, bias=False)
            x = net.concat(x, y)
        if number < 3:
            x = net.conv(net.relu(net.bn(x)), (net.shape(x)[-1] or 0) // 2, 1, bias=False)
            x = net.avg_pool(x, 2, 2, "valid")
    return net.graph(net.dense(net.gap(net.relu(net.bn(x))), 1000, "softmax"))


MOBILE = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)


def mobilenet_v2() -> Graph:
    net = Net("mobilenetv2")
    x = net.input(224, 224, 3)
    x = net.relu(conv_bn(net, x, 32, 3, 2))
    for factor, filters, count, first in MOBILE:
        for number in range(count):
            stride = first if number == 0 else 1
            before = net.shape(x)[-1] or 0
            y = x if factor == 1 else net.relu(conv_bn(net, x, before * factor, 1))
            if stride == 2:
                y = net.depthwise(net.pad(y, ((0, 1), (0, 1))), 3, 2, padding="valid")
            else:
                y = net.depthwise(y)
            y = conv_bn(net, net.relu(net.bn(y)), filters, 1)
            x = net.add(x, y) if stride == 1 and before == filters else y
    x = net.relu(conv_bn(net, x, 1280, 1))
    return net.graph(net.dense(net.gap(x), 1000, "softmax"))


def unet(levels: int = 4, size: int | None = 64) -> Graph:
    net = Net("unet")
    x = net.input(size, size, 3)
    kept = []
    for level in range(levels):
        x = net.conv(
            net.conv(x, 16 * 2**level, activation="relu"), 16 * 2**level, activation="relu"
        )
        kept.append(x)
        x = net.max_pool(x, 2, 2)
    x = net.conv(net.conv(x, 16 * 2**levels, activation="relu"), 16 * 2**levels, activation="relu")
    for level in reversed(range(levels)):
        x = net.concat(net.transposed(x, 16 * 2**level), kept[level])
        x = net.conv(
            net.conv(x, 16 * 2**level, activation="relu"), 16 * 2**level, activation="relu"
        )
    return net.graph(net.conv(x, 2, 1, activation="softmax"))


def attention_unet(levels: int = 3) -> Graph:
    """U-Net whose long skips pass attention gates (Oktay et al. 2018), without normalisation."""
    net = Net("attention_unet")

    def pair(x: TensorRef, width: int) -> TensorRef:
        return net.conv(net.conv(x, width, activation="relu"), width, activation="relu")

    def attention_gate(skip: TensorRef, signal: TensorRef, width: int) -> TensorRef:
        both = net.relu(net.add(net.conv(skip, width, 1), net.conv(signal, width, 1)))
        return net.multiply(skip, net.conv(both, 1, 1, activation="sigmoid"))

    x, kept = net.input(64, 64, 3), []
    for level in range(levels):
        kept.append(pair(x, 16 * 2**level))
        x = net.max_pool(kept[-1], 2, 2)
    x = pair(x, 16 * 2**levels)
    for level in reversed(range(levels)):
        width = 16 * 2**level
        x = net.transposed(x, width)
        x = pair(net.concat(x, attention_gate(kept[level], x, width)), width)
    return net.graph(net.conv(x, 2, 1, activation="softmax"))


def edsr(blocks: int = 4) -> Graph:
    net = Net("edsr")
    start = x = net.conv(net.input(None, None, 3), 64)
    for _ in range(blocks):
        x = net.add(x, net.conv(net.conv(x, 64, activation="relu"), 64))
    x = net.add(start, net.conv(x, 64))
    x = net.upsample(net.conv(x, 64), 2)
    return net.graph(net.conv(x, 3))


def squeeze_excite() -> Graph:
    """Two residual blocks with gates, and a gate outside a residual block."""
    net = Net("se")
    x = net.relu(conv_bn(net, net.input(32, 32, 3), 64))
    for _ in range(2):
        y = net.relu(conv_bn(net, x, 64))
        y = conv_bn(net, y, 64)
        x = net.relu(net.add(x, gated(net, y)))
    x = gated(net, net.relu(conv_bn(net, x, 128, 3, 2)))
    return net.graph(net.dense(net.gap(x), 10, "softmax"))


def gated(net: Net, x: TensorRef) -> TensorRef:
    channels = net.shape(x)[-1] or 0
    gate = net.reshape(net.gap(x), 1, 1, channels)
    gate = net.conv(gate, channels // 16, 1, activation="relu")
    return net.multiply(x, net.conv(gate, channels, 1, activation="sigmoid"))


def inception() -> Graph:
    """A stem, two Inception modules and a head."""
    net = Net("inception")
    x = net.max_pool(net.relu(conv_bn(net, net.input(128, 128, 3), 64, 7, 2)), 3, 2)
    for _ in range(2):
        one = net.relu(conv_bn(net, x, 64, 1))
        three = net.relu(conv_bn(net, net.relu(conv_bn(net, x, 48, 1)), 64, 3))
        five = net.relu(conv_bn(net, net.relu(conv_bn(net, x, 16, 1)), 32, 5))
        pooled = net.relu(conv_bn(net, net.avg_pool(x, 3, 1), 32, 1))
        x = net.concat(one, three, five, pooled)
    return net.graph(net.dense(net.gap(x), 10, "softmax"))


def transformer(layers: int = 2, *, pre_norm: bool = False) -> Graph:
    """An encoder and a decoder, normalised after (as in the paper) or before each part."""
    net = Net("transformer")

    def part(x: TensorRef, work: object) -> TensorRef:
        assert callable(work)
        if pre_norm:
            return net.add(x, net.dropout(work(net.layer_norm(x))))
        return net.layer_norm(net.add(x, net.dropout(work(x))))

    def mlp(x: TensorRef) -> TensorRef:
        return net.dense(net.dense(x, 256, "relu"), 64)

    def attend(x: TensorRef) -> TensorRef:
        return net.attention(x, x)

    encoded = net.embedding(net.input(20, name="source"), 1000, 64)
    for _ in range(layers):
        encoded = part(part(encoded, attend), mlp)
    decoded = net.embedding(net.input(24, name="target"), 1000, 64)
    for _ in range(layers):
        decoded = part(decoded, attend)
        decoded = part(decoded, lambda x: net.attention(x, encoded))
        decoded = part(decoded, mlp)
    if pre_norm:
        decoded = net.layer_norm(decoded)
    return net.graph(net.dense(decoded, 1000, "softmax"))


def convnext() -> Graph:
    net = Net("convnext")
    x = net.layer_norm(net.conv(net.input(64, 64, 3), 32, 4, 4))
    for _ in range(2):
        y = net.layer_norm(net.depthwise(x, 7, bias=True))
        x = net.add(x, net.dense(net.activation(net.dense(y, 128), "gelu"), 32))
    return net.graph(net.dense(net.layer_norm(net.gap(x)), 10))
