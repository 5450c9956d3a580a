"""The benches: each goal side by side with its peer or limit. `make bench` writes RESULTS.md; start at `__main__`."""
