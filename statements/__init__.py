"""Statements written once and asked again with other values: for what nearly every request asks or writes.

Django writes the words of a statement anew each time, which takes it several times as long as the database needs for
the answer. A room without rows and rules: everything above may use it.
Not here: what is asked (each app's querysets), what few people ask (Django's own way is as good there).
"""
