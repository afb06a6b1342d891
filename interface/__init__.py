"""Display: icons, chips, Vietnamese numbers and dates in templates.

Not here: any rule of the domain.
"""
