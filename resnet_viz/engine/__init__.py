"""The engine: Keras 3 on TensorFlow in a process of its own, ``python -m resnet_viz.engine``.

Importing this package imports no Keras; its modules do so when they work.
"""
