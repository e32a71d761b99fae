"""Shoal: a self-hosted tracker of work items, made for changing many of them at once."""

__version__ = "0.1.0"
