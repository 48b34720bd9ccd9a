"""Everything that an organisation has, whenever it asks for it, without giving notice. Others use
nothing of it."""
