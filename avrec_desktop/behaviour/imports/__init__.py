"""Reading of behaviour that other programs exported, matching it to the library, and undoing it."""
