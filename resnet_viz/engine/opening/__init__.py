"""Running a layer's code on symbolic tensors, so that Keras records the calls in it."""
