"""Reviews asked for, written once, answered, reported, moderated; the slice reviews reads them."""
