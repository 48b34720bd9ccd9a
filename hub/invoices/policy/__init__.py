"""Documents written down: words of the law, XML, the metadata of a file. Pure functions."""
