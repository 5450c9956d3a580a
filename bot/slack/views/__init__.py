"""What people see in Slack: messages, forms and windows as Block Kit, made from what the domain says."""
