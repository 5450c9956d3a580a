"""A loopback stand-in for Jira Cloud: REST v2 and v3, stateful, as strict as the original.

`site.JiraSite` holds the state, `app.build_app` serves it. Read in this order: `model`, `site`, `kinds` (what a
field accepts and shows), `writes` (create and edit), `jql`, `handlers/`.
"""
