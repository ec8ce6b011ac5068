"""A display list to PNG, SVG and PDF.

``resnet_viz.export`` is a function for scripts and, once something in here has been imported, this
package: Python then puts the package in the function's place. So the package can be called too.
"""

from __future__ import annotations

import sys
from types import ModuleType


class _Callable(ModuleType):
    def __call__(self, *arguments: object, **options: object) -> None:
        """Write a picture; see ``resnet_viz.api.export``."""
        from importlib import import_module

        import_module("resnet_viz.api").export(*arguments, **options)


sys.modules[__name__].__class__ = _Callable
