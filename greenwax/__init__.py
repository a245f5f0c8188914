"""The command line: the one room that knows every other, each only when a command needs it."""

__version__ = "0.1.0"
