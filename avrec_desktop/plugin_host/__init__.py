"""Discovery, installation and supervision of plugins."""
