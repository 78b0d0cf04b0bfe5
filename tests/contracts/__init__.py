"""What the product relies on in its libraries beyond their documentation; one module a library.

An upgrade that takes something away fails here, and says what breaks: the docstring of each test is that sentence.
docs/contracts.md lists them all.
"""
