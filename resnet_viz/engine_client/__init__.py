"""Clients of the engine process: asynchronous for the window, blocking for the command line."""
