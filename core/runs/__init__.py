"""What a run is, and the store that keeps runs and their events."""
