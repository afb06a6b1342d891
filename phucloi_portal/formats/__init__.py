"""How dates and numbers are written, by language.

Not here: formats inside rules and documents (`vietnamese/`).
"""
