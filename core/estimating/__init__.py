"""What a run will take on this computer."""
