"""A school: its classes, what is given and handed in there, and what families see."""
