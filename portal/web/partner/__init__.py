"""Pages of partners' contacts."""
