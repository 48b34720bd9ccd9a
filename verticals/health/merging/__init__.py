"""Two records of one person: one member asks, another decides, and everything goes to one."""
