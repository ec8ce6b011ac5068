"""Tree of layers as a table of text."""

from __future__ import annotations

from resnet_viz.graph.layer_tree import LayerNode, tree_text


def test_that_the_text_is_a_table_that_leaves_out_unknown_classes() -> None:
    inner = LayerNode("conv", "Conv2D", ((3, 3, 1, 8), (8,)), 80)
    outer = LayerNode("block", "Block", (), 80, (inner,))
    lazy = LayerNode("head", "Dense", None, None)
    assert tree_text((outer, lazy)).splitlines() == [
        "Layer   Class   Parameters  Weights",
        "block   Block           80",
        "  conv  Conv2D          80  3×3×1×8, 8",
        "head    Dense            –  –",
    ]
    unnamed = LayerNode("scale", None, ((),), 1)
    assert tree_text((unnamed, unnamed, unnamed), most=2).splitlines() == [
        "Layer  Parameters  Weights",
        "scale           1  scalar",
        "scale           1  scalar",
        "… and 1 more",
    ]


def test_that_hundreds_of_weights_are_no_endless_line() -> None:
    many = LayerNode("many", None, ((3,),) * 300, 900)
    line = tree_text((many,)).splitlines()[1]
    assert line.endswith("3, 3, … and 288 more")
    assert line.count("3, ") == 12
    twelve = LayerNode("twelve", None, ((3,),) * 12, 36)
    assert tree_text((twelve,)).endswith("  " + ", ".join(["3"] * 12))
