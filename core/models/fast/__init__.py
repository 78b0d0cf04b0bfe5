"""Quick parts that take the place of a model's own."""
