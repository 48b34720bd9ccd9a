"""The calendar a house edits: a year of prices, availability and restrictions."""
