"""The doctor: what is wrong with a table of reviews, each fault found by a rule, with what can be done about it."""
