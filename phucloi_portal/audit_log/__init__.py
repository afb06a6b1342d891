"""Nhật ký: the pages on the log. The log itself is a leaf and knows no accounts, so its pages live up here.

`reach` says who may read which entries, `objects` which things have a history, `search` reads the filters, `words`
draws an entry, `export` takes a search out of the portal.
Not here: recording, the chain and its proof (`audit`), the nightly proof (`phucloi_portal.log_watch`).
"""
