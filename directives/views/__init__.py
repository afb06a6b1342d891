"""HTTP doors of directives: access → form → verb → answer. One module a group of pages.

Not here: rules, verbs, selections.
"""
