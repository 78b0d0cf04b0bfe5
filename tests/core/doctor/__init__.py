"""The doctor finds planted faults, and leaves clean tables alone."""
