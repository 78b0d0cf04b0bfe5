"""Tables of kinds that people have, written down with their right reading before any reader was looked at."""
