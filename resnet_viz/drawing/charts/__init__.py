"""Charts as marks: axes, lines, bars, colour maps, contours; and the pictures of experiments."""
