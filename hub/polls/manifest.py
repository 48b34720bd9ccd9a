"""What the questions of spaces bring."""

from hub.core.vertical import About, Personal, Slice
from hub.polls import pages

slice = Slice(
    package="hub.polls",
    handlers=pages.handlers,
    messages=pages.WORDS,
    personal=Personal(
        about={
            "space_poll": About(
                words="A question that you asked in a space.", follows={"post": "space_post"}
            ),
            "space_voter": About(words="That you have voted in a space.", person=("person",)),
        },
        nobody={"space_tally": "how often something was chosen, by nobody in particular"},
        tenants=("tenants_of_space_voter",),
        forgets=("forget_space_votes",),
    ),
)
