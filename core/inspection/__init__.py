"""What a table of reviews holds, for people to look at."""
