"""Rate plans, promotions and supplements as a house edits them, and reads them in words."""
