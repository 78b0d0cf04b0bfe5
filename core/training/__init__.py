"""Builds the Trainer and trains one run, telling an event sink what happens."""
