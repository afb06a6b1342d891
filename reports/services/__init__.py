"""The verbs of reports and jobs, one file a group: asking (`asking.py`), compiling (`compiling.py`).

Not here: HTTP, tasks, how a job is claimed and driven (`jobs.py`), words and documents as values.
"""
