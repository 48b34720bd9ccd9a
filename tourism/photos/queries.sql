-- name: insert_photo
-- A new photo, last in its house's order; nothing when the same file is there already.
insert into photo (id, tenant, property, room_type, rank, source_sha256, added_at)
select :id, :tenant, :property, :room_type,
       coalesce((select max(rank) + 1 from photo where property = :property), 0),
       :source_sha256, :now
on conflict (property, source_sha256) do nothing;

-- name: insert_file
-- One file of a photo; making it twice changes nothing.
insert into photo_file (tenant, photo, format, width, height, sha256, content)
select :tenant, p.id, :format, :width, :height, :sha256, :content
  from photo p
 where p.id = :photo
on conflict (photo, format, width) do nothing;

-- name: list_photos
-- The photos of a house in their order. The public sees what is described and not removed of
-- published houses only, by the tables' own policies.
select p.id, p.property, p.room_type, p.alt, p.added_at, p.removed_at,
       (select coalesce(jsonb_agg(jsonb_build_object('format', f.format, 'width', f.width,
                 'height', f.height, 'sha256', f.sha256) order by f.format, f.width), '[]')
          from photo_file f
         where f.photo = p.id and f.format <> 'master') as files
  from photo p
 where p.property = :property and (p.removed_at is not null) = :removed
 order by p.rank, p.id
 limit 200;

-- name: list_covers
-- The first photo that is shown of each of some houses.
select distinct on (p.property)
       p.id, p.property, p.room_type, p.alt, p.added_at, p.removed_at,
       (select coalesce(jsonb_agg(jsonb_build_object('format', f.format, 'width', f.width,
                 'height', f.height, 'sha256', f.sha256) order by f.format, f.width), '[]')
          from photo_file f
         where f.photo = p.id and f.format <> 'master') as files
  from photo p
 where p.property = any (:properties::int[]) and p.removed_at is null and p.alt <> '{}'
 order by p.property, p.rank, p.id;

-- name: count_photos
-- How many photos of a house are described, and so shown once it is published.
select count(*)::int as photos
  from photo
 where property = :property and removed_at is null and alt <> '{}';

-- name: count_kept
-- How many photos a house has, described or not.
select count(*)::int as photos from photo where property = :property and removed_at is null;

-- name: find_content
-- The bytes that are served at an address.
select format, content from photo_file where sha256 = :sha256 and format = :format limit 1;

-- name: find_master
-- The cleaned picture that the others are made from.
select content from photo_file where photo = :photo and format = 'master';

-- name: list_masters
-- The cleaned pictures of a house, to be taken away, in their order.
select p.id as photo, f.width, f.height, f.sha256
  from photo p
  join photo_file f on f.photo = p.id and f.format = 'master'
 where p.property = :property and p.removed_at is null
 order by p.rank, p.id
 limit 200;

-- name: describe_photo
-- The texts of a photo and the room type it belongs to, of its own house.
update photo
   set alt = :alt::jsonb, room_type = :room_type
 where id = :id and property = :property and removed_at is null;

-- name: order_photos
-- Give the photos of a house the places in which their ids stand.
update photo p
   set rank = o.place - 1
  from unnest(:ids::uuid[]) with ordinality as o(id, place)
 where p.id = o.id and p.property = :property;

-- name: remove_photo
-- Take a photo away: nobody is shown it any more. It can be put back for some days.
update photo set removed_at = :now
 where id = :id and property = :property and removed_at is null;

-- name: restore_photo
-- Put a removed photo back, last in the order.
update photo
   set removed_at = null,
       rank = (select coalesce(max(rank) + 1, 0) from photo where property = :property)
 where id = :id and property = :property and removed_at is not null;

-- name: find_known
-- The photo of a house that came from a file, and whether it was removed since.
select id, removed_at is not null as removed
  from photo
 where property = :property and source_sha256 = :source_sha256;

-- name: destroy_photos
-- Removed photos are gone for good: those removed before an instant, and all but the newest few; none
-- while an order keeps them.
delete from photo
 where removed_at is not null
   and not (select legal_hold_on(array[current_setting('app.tenant')::int]))
   and (removed_at < :before
        or id not in (select id from photo where removed_at is not null
                       order by removed_at desc, id limit :keep));

-- name: list_houses_with_removed_photos
-- The houses, over all walls, that hold a photo removed before an instant.
select tenant from houses_with_removed_photos(:before);
