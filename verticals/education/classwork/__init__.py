"""What a class is given, hands in and gets back, on the page that each reader has a link to."""
