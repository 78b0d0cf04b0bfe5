"""Where things live, and how they are written."""
