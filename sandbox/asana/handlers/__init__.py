"""The operations of the API, grouped as in the contract."""
