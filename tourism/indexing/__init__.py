"""The keeping of the search index: the feed of changes, building, following, snapshots."""
