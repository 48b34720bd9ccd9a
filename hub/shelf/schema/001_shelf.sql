-- Documents that came with a message of a space: one message, one document.

create table space_document (
  tenant   int    not null,
  post     uuid   not null,
  name     text   not null check (length(name) between 1 and 120),
  kind     text   not null check (kind in ('pdf', 'odt', 'ods', 'odp', 'docx', 'xlsx', 'pptx', 'txt',
                    'csv', 'webp')),
  size     int    not null check (size between 1 and 10000000),
  sha256   text   not null check (sha256 ~ '^[0-9a-f]{64}$'),
  content  bytea  not null,
  primary key (tenant, post),
  foreign key (tenant, post) references space_post (tenant, id),
  check (octet_length(content) = size)
);
comment on table space_document is 'What is moderated, reported and taken back is its message.';
alter table space_document alter column content set storage external;

alter table space_document enable row level security;
alter table space_document force row level security;
create policy wall on space_document using (tenant = current_setting('app.tenant')::int);
grant select, insert, delete on space_document to hub_app;

-- A message whose words are gone has no document either, whoever took the words.
create function forget_space_document() returns trigger language plpgsql as $$
begin
  delete from space_document d where d.tenant = new.tenant and d.post = new.id;
  return null;
end $$;
create trigger document_goes after update of body on space_post
  for each row when (new.body = '' and old.body <> '')
  execute function forget_space_document();
