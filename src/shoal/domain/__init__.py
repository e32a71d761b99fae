"""Nouns and rules: issues, queues, patches, bulk changes, who may do what.

No input or output of any kind, and no import from the rest of Shoal. Words of a wire do not occur here.
"""
