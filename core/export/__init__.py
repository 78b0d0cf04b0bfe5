"""What a run leaves with."""
