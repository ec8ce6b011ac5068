"""The window, its panels, dialogs and commands."""
