-- A withdrawal takes two persons too: who suspended is not who withdraws. And while the approval of
-- everything that this hub runs on is suspended or withdrawn, nobody new begins here.
create or replace function check_second_person() returns trigger language plpgsql as $$
begin
  if new.step in ('confirm', 'withdraw') and (new.actor not like 'person:%' or new.actor = (
       select actor from approval_event
        where approval = new.approval
          and step = case new.step when 'confirm' then 'propose' else 'suspend' end
        order by id desc limit 1)) then
    raise exception 'a grant and a withdrawal take two persons' using errcode = 'check_violation';
  end if;
  return new;
end $$;

grant select (code, run_here) on trust_service to hub_definer;
grant select (id, service, state, submitted_at) on approval to hub_definer;

create function hosting_is_halted() returns boolean language sql stable as $$
  select coalesce(bool_and(coalesce(
           (select a.state from approval a where a.service = s.code
             order by a.submitted_at desc, a.id desc limit 1), '')
           in ('suspended', 'withdrawn')), false)
    from trust_service s where s.run_here
$$;

-- An organisation's first owner is somebody new, also where the register knew its name before.
create function refuse_while_halted() returns trigger language plpgsql as $$
begin
  if new.role = 'owner' and hosting_is_halted()
     and not exists (select from membership m where m.tenant = new.tenant) then
    raise exception 'nobody new begins here' using errcode = 'P0T01';
  end if;
  return new;
end $$;
create trigger halted before insert on membership
  for each row execute function refuse_while_halted();
