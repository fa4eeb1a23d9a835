"""Small widgets: layout and painting only."""
