-- name: lock_school
-- One at a time changes a school's tools and keys.
select pg_advisory_xact_lock(hashtext('school-lti'), :tenant::int);

-- name: insert_tool
-- A school has one more tool; sent twice, it is there once.
insert into school_lti_tool
  (id, tenant, deployment, name, login_url, redirect_uris, target_url, deep_url, keys_url, keys,
   gives_names, gives_email, made_at)
values (:id, :tenant, :deployment, :name, :login_url, :redirect_uris, :target_url, :deep_url,
        :keys_url, :keys, :gives_names, :gives_email, :now)
on conflict (id) do nothing;

-- name: count_tools
-- How many tools of a school are open.
select count(*) from school_lti_tool where closed_at is null;

-- name: list_tools
-- The tools of a school, those that are open first.
select id, deployment, name, login_url, redirect_uris, target_url, deep_url, keys_url, keys,
       keys_at, tried_at, gives_names, gives_email, made_at, closed_at
  from school_lti_tool
 order by closed_at is not null, name, id
 limit :wanted;

-- name: find_tool
-- One of them.
select id, deployment, name, login_url, redirect_uris, target_url, deep_url, keys_url, keys,
       keys_at, tried_at, gives_names, gives_email, made_at, closed_at
  from school_lti_tool
 where id = :id;

-- name: close_tool
-- Nobody opens it any more, and it is told nothing.
update school_lti_tool set closed_at = :now where id = :id and closed_at is null;

-- name: note_keys
-- Its keys as they were read, or that they could not be.
update school_lti_tool
   set tried_at = :now, keys = coalesce(:keys::text, keys),
       keys_at = case when :keys::text is null then keys_at else :now end
 where id = :id;

-- name: insert_key
-- The key pair that signs, where there is none.
insert into school_lti_key (id, tenant, public, private, made_at)
values (:id, :tenant, :public, :private, :now)
on conflict (tenant) where retired_at is null do nothing;

-- name: find_key
-- The key pair that signs.
select id, public, private, made_at, retired_at from school_lti_key where retired_at is null;

-- name: list_keys
-- The keys that can be looked up: the one that signs, and those that did a while ago.
select id, public, private, made_at, retired_at
  from school_lti_key
 where retired_at is null or retired_at > :since
 order by made_at desc, id
 limit :wanted;

-- name: retire_key
-- Another one signs from here on.
update school_lti_key set retired_at = :now where retired_at is null;

-- name: delete_old_keys
-- Nobody looks these up any more.
delete from school_lti_key where retired_at <= :since;

-- name: use_once
-- What was signed is used, if it was not.
insert into school_lti_used (tenant, tool, print, ends_at)
values (:tenant, :tool, :print, :ends_at)
on conflict (tool, print) do nothing;

-- name: delete_old_used
-- Their time is over: they are refused for that.
delete from school_lti_used where ends_at < :before;
