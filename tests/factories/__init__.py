"""Small builders of the domain's objects for tests, one module per app.

Not here: assertions, and the demo ward (`load_demo`).
"""
