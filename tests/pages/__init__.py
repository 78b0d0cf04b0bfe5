"""Tests of the pages, drawn by Streamlit's own test runner: no browser, no worker thread."""
