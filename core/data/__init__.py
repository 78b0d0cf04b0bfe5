"""Reviews: where they come from, which columns matter, what they hold and which rows a run uses."""
