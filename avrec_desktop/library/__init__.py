"""The catalogue: folders, items, search and artwork."""
