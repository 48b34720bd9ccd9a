"""Who is told by letter of what is new in a space: nothing, once a day, or each time."""
