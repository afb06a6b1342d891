"""Personal data: taking out one's own, asking for a correction, keeping and destroying by term.

Not here: the notice on personal data and its gate (`units.notices`), the log (app audit).
"""
