"""What a score is worth: baselines, and the report of a finished run."""
