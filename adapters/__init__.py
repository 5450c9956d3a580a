"""Trackers behind one port: `base` is the port, one folder is one tracker, `registry` lists them."""
