"""Domain values -> the CodeArts wire: pure functions, one a shape."""
