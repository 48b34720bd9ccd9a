-- name: insert_document
-- It came with its message, and not after its words are gone; sent twice, it is there once.
insert into space_document (tenant, post, name, kind, size, sha256, content)
select p.tenant, p.id, :name, :kind, :size::int, :sha256, :content::bytea
  from space_post p
 where p.id = :post and p.attached = 'document' and p.body <> ''
   for share
on conflict (tenant, post) do nothing;

-- name: measure_room
-- How much a space holds.
select count(*)::int as documents, coalesce(sum(d.size), 0)::bigint as bytes
  from space_document d join space_post p on p.tenant = d.tenant and p.id = d.post
 where p.space = :space;

-- name: list_documents
-- Those that are shown, the newest first; those after one of them.
select d.post, n.name as author, p.title, d.name, d.kind, d.size, p.posted_at
  from space_document d
  join space_post p on p.tenant = d.tenant and p.id = d.post
  left join person n on n.id = p.author
 where p.space = :space and p.state = 'shown'
   and (:after::uuid is null
        or exists (select from space_post c
                    where c.id = :after::uuid
                      and (p.posted_at < c.posted_at
                           or p.posted_at = c.posted_at and p.id > c.id)))
 order by p.posted_at desc, p.id
 limit :wanted;

-- name: find_file
select name, kind, content from space_document where post = :post;
