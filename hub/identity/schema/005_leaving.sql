-- A person may have their account erased: everything that hangs on it goes with it.
grant delete on person to hub_definer;
grant select, delete on sign_in_attempt to hub_definer;
