"""Directives, requirements, audiences, deadlines and the obligations they make.

Not here: what the other rooms of ARCHITECTURE.md own.
"""
