-- The definer locks the organisations of an owner who goes: that needs the right to change a column.
grant update (created_at) on organisation to hub_definer;
