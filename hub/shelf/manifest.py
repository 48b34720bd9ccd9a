"""What the documents of spaces bring."""

from hub.core.vertical import About, Personal, Slice
from hub.shelf import pages

slice = Slice(
    package="hub.shelf",
    handlers=pages.handlers,
    personal=Personal(
        about={
            "space_document": About(
                words="A document that you put into a space.", follows={"post": "space_post"}
            )
        }
    ),
)
