"""The documentation: what it shows must work, what it links to must be there."""
