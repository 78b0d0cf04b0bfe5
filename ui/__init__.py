"""What the pages share: theme, frame, pieces, words for numbers, the live chart.

Everything here draws or formats. Nothing here reads the store, trains, or imports torch, transformers or
datasets: a page must be on the screen before any of those load.
"""
