"""Loopback stand-ins for Slack, Jira and Asana that speak the vendors' wire protocols, and a page to use them.

Knows nothing of `bot` or `adapters`, so that a mistake there cannot hide behind the same mistake here.
"""
