"""One file a thing to look at. A probe that cannot look finds nothing good."""
