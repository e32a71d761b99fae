"""The CodeArts wire -> domain values: pure functions, one a shape."""
