"""Asana: `settings` what can be configured, `client` the wire, `document` and `mapping` pure translation, `tracker`."""
