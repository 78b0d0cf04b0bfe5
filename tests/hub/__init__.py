"""A small Hugging Face Hub on the loopback interface, and what tests do with it."""
