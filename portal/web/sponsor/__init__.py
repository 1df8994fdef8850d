"""Pages of sponsors' contacts."""
