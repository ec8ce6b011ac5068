"""The main window with its tool bar and status bar."""
