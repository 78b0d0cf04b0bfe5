"""Files of tables: one format each, one registry of them all."""
