"""Trained models that rate reviews."""
