-- A room type takes no more children than its form says. Until now nobody looked, and 0 was written
-- where nobody had been asked: such a room goes on taking as many as fit beside one adult, and one
-- that is made without a word of it has no limit but its occupancy.

alter table room_type
  alter column children_max set default 50,
  add constraint room_type_children_max_check check (children_max between 0 and 50);

-- Over all tenants; the index is told once, if there is one already.
set local role hub_definer;
do $$ begin
  if to_regprocedure('tell_index_everything()') is not null then
    perform tell_index_everything();
  end if;
end $$;
update room_type set children_max = greatest(occupancy_max - 1, 0) where children_max = 0;
reset role;
