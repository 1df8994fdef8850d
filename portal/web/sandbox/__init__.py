"""What the portal itself shows in the demo and in tests only."""
