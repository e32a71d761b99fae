"""Files that issues come from.

Like the dialects of the wire, this translates and holds no rule: a file is read into the records of `domain.imports`,
a line that cannot be read into a `BadRow` that says why. A reader never gives up in the middle and never loads a file
whole.
"""
