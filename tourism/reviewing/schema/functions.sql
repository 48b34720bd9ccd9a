-- Replaced whole when it changes.

-- Stays over all tenants whose last night ended on a day of [first, last], whose guest can be
-- written to and was not asked yet. A stay whose arrival the house never noted counts too: a house
-- cannot keep its guests silent. So many, after one of them, in the order of houses and ids, so that
-- none waits behind others.
drop function if exists stays_to_review(date, date, int);
create or replace function stays_to_review(
  first date, last date, after int, after_booking uuid, wanted int)
returns table (tenant int, booking uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select b.tenant, b.id
    from organisation o
    join lateral (
      select b.tenant, b.id from booking b
       where b.tenant = o.id and b.departure between first and last
         and b.state in ('confirmed', 'in_house', 'checked_out')
         and coalesce(b.guest ->> 'email', '') <> ''
         and not exists (select from letter l where l.booking = b.id and l.kind = 'review')
         and (o.id > after or b.id > after_booking)
       order by b.id
    ) b on true
   where o.kind = 'lodging' and o.id >= after
   order by o.id, b.id
   limit wanted
$$;
alter function stays_to_review(date, date, int, uuid, int) owner to hub_definer;
revoke all on function stays_to_review(date, date, int, uuid, int) from public;
grant execute on function stays_to_review(date, date, int, uuid, int) to hub_app;

-- Reviews that somebody reported, for the federation or the operator behind whose wall the
-- transaction stands, the oldest report first.
create or replace function reported_reviews(wanted int)
returns table (id uuid, tenant int, property int, house text, commune text, author text,
               language text, score smallint, text text, stayed_from date, stayed_until date,
               published_at timestamptz, reply text, reports jsonb)
language sql stable security definer set search_path = public, pg_temp as $$
  select r.id, r.tenant, r.property, p.name, c.name, r.author, r.language, r.score, r.text,
         r.stayed_from, r.stayed_until, r.published_at, r.reply,
         jsonb_agg(jsonb_build_object('reason', o.reason, 'words', o.words, 'by_house', o.by_house,
                                      'reported_at', o.reported_at) order by o.reported_at)
    from review_report o
    join review r on r.id = o.review
    join property p on p.id = r.property
    join commune c on c.code = p.commune_code
    join organisation me on me.id = current_setting('app.tenant')::int
   where o.decision is null and r.state = 'published' and me.kind in ('federation', 'operator')
   group by r.id, p.id, c.code
   order by min(o.reported_at)
   limit wanted
$$;
alter function reported_reviews(int) owner to hub_definer;
revoke all on function reported_reviews(int) from public;
grant execute on function reported_reviews(int) to hub_app;

-- Tenants with reviews that are too old to be kept, but where an order keeps what they have.
create or replace function tenants_with_old_reviews(before timestamptz)
returns table (tenant int)
language sql stable security definer set search_path = public, pg_temp as $$
  select old.tenant
    from (select distinct r.tenant from review r where r.published_at <= before) as old
   where not legal_hold_on(array[old.tenant])
   limit 1000
$$;
alter function tenants_with_old_reviews(timestamptz) owner to hub_definer;
revoke all on function tenants_with_old_reviews(timestamptz) from public;
grant execute on function tenants_with_old_reviews(timestamptz) to hub_app;

-- Somebody's reviews go with them, and what was said about them.
create or replace function forget_reviews(person int, addresses text[], at timestamptz) returns void
language sql volatile security invoker set search_path = public, pg_temp as $$
  delete from review r
   where lower(r.email) = any (addresses)
      or r.booking in (select b.id from booking b where lower(b.guest ->> 'email') = any (addresses))
$$;
revoke all on function forget_reviews(int, text[], timestamptz) from public;
grant execute on function forget_reviews(int, text[], timestamptz) to hub_app;
