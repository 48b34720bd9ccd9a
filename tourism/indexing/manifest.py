"""What the keeping of the index brings."""

from hub.core.vertical import Personal, Portability, Slice

slice = Slice(
    package="tourism.indexing",
    portability=Portability(
        stays={
            "index_change": "what the search index of this hub has still to read",
            "index_feed": "where the search index of this hub stands",
            "index_writer": "where the search index of this hub stands",
        }
    ),
    personal=Personal(nobody={"index_writer": "processes of this hub"}),
)
