"""Pretrained encoders: which there are, loading them, their tokens."""
