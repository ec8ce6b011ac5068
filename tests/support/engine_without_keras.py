"""The real engine, ready at once, with a stand-in for Keras that can do nothing.

For tests of the engine's process and of user code: TensorFlow's import takes seconds.
"""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

from resnet_viz.engine import backend
from resnet_viz.engine.__main__ import main
from resnet_viz.protocol.messages import Ready

stand_in = ModuleType("keras")
stand_in.Model = type("Model", (), {})  # type: ignore[attr-defined]
stand_in.Operation = type("Operation", (), {})  # type: ignore[attr-defined]
stand_in.config = SimpleNamespace(  # type: ignore[attr-defined]
    is_traceback_filtering_enabled=lambda: False,
    disable_traceback_filtering=lambda: None,
)
sys.modules["keras"] = stand_in
backend.import_keras = lambda **_: Ready("3.15.0", "2.21.0", "CPU")
main()
