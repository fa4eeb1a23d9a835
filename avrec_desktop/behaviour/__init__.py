"""Profiles, interactions, importers and exporters."""
