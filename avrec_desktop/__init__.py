"""avrec desktop: a local media library that learns its owner's taste."""

__version__ = "0.1.0"
