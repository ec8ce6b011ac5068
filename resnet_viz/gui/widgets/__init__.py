"""Small widgets and the style sheet that all panels share."""
