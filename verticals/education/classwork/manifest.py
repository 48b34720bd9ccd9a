"""What the slice brings."""

from hub.core.vertical import About, Keeps, Personal, Slice
from verticals.education.classwork.pages import correcting, desk, own

slice = Slice(
    package="verticals.education.classwork",
    handlers=(*desk.handlers, *own.handlers, *correcting.handlers),
    personal=Personal(
        about={
            "school_work": About(
                words="Work that you handed in, and its mark.",
                follows={"member": "school_member"},
                keeps=Keeps.OTHERS,
            ),
            "school_mark": About(
                words="Marks that a tool of your school gave you.",
                follows={"member": "school_member"},
                keeps=Keeps.OTHERS,
            ),
        },
        nobody={
            "school_post": "what a class is given",
            "school_column": "what the marks of a class are for",
        },
    ),
)
