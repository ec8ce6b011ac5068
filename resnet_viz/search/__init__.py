"""Search in a document: words, and terms such as ``type:Conv2D`` or ``params>1e6``."""
