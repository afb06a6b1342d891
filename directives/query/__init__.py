"""The query bar: what a person types about duties ("chưa nộp cụm:3 hạn<7ngày -miễn"), read into terms. Pure.

`vocabulary.py` holds the words, `terms.py` what they mean, `lexing.py` cuts the line, `parsing.py` reads it.
Not here: what the terms select (`directives.query_conditions`), saved searches (`directives.models_searches`).
"""
