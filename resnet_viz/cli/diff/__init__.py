"""``resnet-viz diff`` and ``snapshot``: two architectures compared, one as text."""
