"""What developers run by hand: documentation and pictures are made here."""
