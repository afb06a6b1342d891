"""Display: the vocabulary of the screen (icons, chips, deadlines, Vietnamese numbers and dates) for every template.

It is an app, because template tags must live in one, and a leaf, because every app's templates use it while it knows
none of them: it takes values (a state's name, an instant, a count), never a model.
Not here: any rule of the domain; HTML of one area (`templates/<app>/`).
"""
