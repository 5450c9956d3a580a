"""The page at `/`: the workspace in a browser, and beside it the tickets as Jira and Asana would show them."""
