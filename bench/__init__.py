"""Measurements that print a table; nothing here is imported by the dashboard."""
