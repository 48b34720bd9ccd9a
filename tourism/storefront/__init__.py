"""The traveller's pages: home, results with their map, dates with prices, a house, the order.
Nothing is decided here: `tourism.search` finds, this draws."""
