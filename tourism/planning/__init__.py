"""The pages of the calendar: months and years as a hotelier looks at them, and edits them."""
