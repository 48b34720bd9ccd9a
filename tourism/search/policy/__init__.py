"""Which searches can be made, how results are ordered, and what is shown of them."""
