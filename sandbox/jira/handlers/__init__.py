"""The REST resources, one module for each group. Every module has a `routes()` that names the operations."""
