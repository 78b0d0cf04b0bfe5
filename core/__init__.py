"""Everything of Starboard that is not a page: importable, testable and scriptable without Streamlit."""
