"""Terminal doors of the vault. Not here: anything but commands."""
