-- Nights that nothing limits (32767) decide nothing in a search: counting them tells no index.
set local role hub_definer;
grant execute on function tell_index_house() to hub_owner;
reset role;

drop trigger tell_index on let_year;
create trigger tell_index_of_new after insert on let_year
  for each row when (new.nights_max < 32767) execute function tell_index_house();
create trigger tell_index_of_changed after update on let_year
  for each row when (old.nights_max < 32767 or new.nights_max < 32767)
  execute function tell_index_house();
create trigger tell_index_of_gone after delete on let_year
  for each row when (old.nights_max < 32767) execute function tell_index_house();

set local role hub_definer;
revoke execute on function tell_index_house() from hub_owner;
reset role;
