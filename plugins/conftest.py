"""Fixtures of the app's own tests that the plugins' tests share."""

from tests.conftest import _isolated, _no_leaks, _no_logged_errors

__all__ = ["_isolated", "_no_leaks", "_no_logged_errors"]
