"""Judging beside the bot: who asks (`second_process`), what they say to each other, and who answers (`worker`)."""
