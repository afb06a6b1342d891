"""Terminal doors of the vault. Not here: the work itself (`vault.services`)."""
