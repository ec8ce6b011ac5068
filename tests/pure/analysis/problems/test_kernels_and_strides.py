"""Kernels and strides that waste work or shift the image are found, and no others."""

from __future__ import annotations

from resnet_viz.graph.types import TensorRef
from tests.support.graphs import architectures as nets
from tests.support.graphs.found_problems import problems, shared_convolution
from tests.support.graphs.net import Net
from tests.support.graphs.shipped import shipped


def test_that_the_tutorial_convolves_single_pixels() -> None:
    found = problems(shipped("tutorial_resnet34"))
    assert set(found) == {"kernel_on_one_pixel"}
    problem = found["kernel_on_one_pixel"]
    assert problem.severity == "warning"
    # block3_block_3 reaches 1×1 with its first convolution; its second sees one pixel already.
    # Each of the ten units after it has a pooling and two convolutions on it.
    assert problem.calls[:2] == (
        "block3_block_3__residual_2__conv_2", "block3_block_4__residual_1__pool_1",
    )  # fmt: skip
    assert len(problem.calls) == 1 + 10 * 3
    assert not any(
        "residual_1__conv" in call for call in problem.calls
    )  # 1×1 convolutions are fine
    # Of nine taps eight are idle: 128·128 twice and once, then 128·256, five and six of 256·256...
    pairs = 3 * 128 * 128 + 128 * 256 + 11 * 256 * 256 + 256 * 512 + 5 * 512 * 512
    assert f"{8 * pairs:,} of their {9 * pairs:,}" in problem.message


def test_that_a_dilated_kernel_may_miss_the_only_pixel() -> None:
    net = Net()
    x = net.conv(net.input(1, 1, 4), 8, 2, rate=3)  # taps at -1 and 2 of the one pixel
    problem = problems(net.graph(x))["kernel_on_one_pixel"]
    assert "128 of its 128 kernel weights (100 %)" in problem.message


def test_that_the_words_fit_what_works_on_one_pixel() -> None:
    net = Net()
    net.conv(net.input(1, 1, 8), 4, name="conv")
    problem = problems(net.graph(TensorRef("conv")))["kernel_on_one_pixel"].message
    assert problem.startswith("1 convolution with a kernel larger than 1 and same padding works on")
    assert "256 of its 288 kernel weights (89 %) have no effect" in problem
    net = Net()
    pooled = net.max_pool(net.input(1, 1, 8), 3, 1)
    problem = problems(net.graph(pooled))["kernel_on_one_pixel"].message
    assert problem.startswith(
        "1 pooling layer with a kernel larger than 1 and same padding works on"
    )
    assert "weights" not in problem
    net = Net()
    x = net.call(
        "Conv1D", net.input(1, 8), shape=(None, 1, 4), filters=4, kernel_size=[3], strides=[1],
        padding="same",
    )  # fmt: skip
    problem = problems(net.graph(x))["kernel_on_one_pixel"].message
    assert "works on a map of one pixel" in problem  # there is no 1×1 along a single axis


def test_that_valid_kernels_and_single_taps_are_fine_on_one_pixel() -> None:
    net = Net()
    x = net.conv(net.input(3, 3, 4), 4, 3, padding="valid")
    assert problems(net.graph(net.conv(x, 4, 1))) == {}


def test_that_a_shared_kernel_works_if_one_of_its_maps_is_larger() -> None:
    problem = problems(shared_convolution(8, 1, normalised=0))["kernel_on_one_pixel"]
    assert problem.calls == ("shared:1",)
    assert "no effect" not in problem.message
    both = problems(shared_convolution(1, 1, normalised=0))["kernel_on_one_pixel"]
    assert f"{8 * 16} of their {9 * 16} kernel weights" in both.message


def test_that_subsampling_with_single_pixels_on_all_branches_is_reported() -> None:
    found = problems(nets.resnet(50, stride_on="1x1"))
    problem = found["unseen_pixels"]
    assert problem.severity == "information"
    assert "three quarters" in problem.message
    assert len(problem.calls) == 6  # the first convolution and the projection of conv3_1 … conv5_1
    assert set(found) == {"unseen_pixels"}
    assert "unseen_pixels" not in problems(nets.resnet(50))


def test_that_a_kernel_before_the_stride_has_seen_all_pixels() -> None:
    net = Net()
    x = net.conv(net.input(16, 16, 8), 8)
    branch = net.conv(net.relu(net.conv(x, 8, 3)), 8, 1, 2)
    x = net.add(net.conv(branch, 8), net.conv(x, 8, 1, 2))
    assert "unseen_pixels" not in problems(net.graph(x))


def test_that_even_kernels_of_stride_one_shift() -> None:
    net = Net()
    x = net.input(16, 16, 4)
    x = net.conv(x, 4, 2, name="even")
    x = net.conv(x, 4, (3, 4), name="half")
    x = net.conv(x, 4, 4, 2, name="strided")
    x = net.conv(x, 4, 2, padding="valid", name="valid")
    x = net.conv(x, 4, 2, rate=2, name="dilated")  # spans 3: it has a centre between its taps
    problem = problems(net.graph(x))["even_kernel"]
    assert (problem.calls, problem.severity) == (("even", "half"), "warning")
