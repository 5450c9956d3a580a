"""A stand-in for Asana's REST API 1.0, stateful and strict, on loopback."""
