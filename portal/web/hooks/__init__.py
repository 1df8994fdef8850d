"""Machines that tell us something, each with a signature of its own."""
