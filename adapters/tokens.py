"""Tokens as people paste them."""

from pydantic import SecretStr


def trimmed(token: SecretStr) -> SecretStr:
    """A token without the spaces and line breaks around it.

    Raises:
        ValueError: it has characters that cannot stand in a header; its own words are not in the message.
    """
    text = token.get_secret_value().strip()
    if not all("!" <= character <= "~" for character in text):
        raise ValueError("has characters that no token has, such as spaces or line breaks: copy it again")
    return SecretStr(text)
