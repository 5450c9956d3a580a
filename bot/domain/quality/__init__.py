"""Checks of content: pure functions of a text, one module per family. `families.check` runs them."""
