"""Tests of the vault.

Not here: kills and full disks (`tests/faults/`).
"""
