-- The language in which a person read our pages when they last signed in: letters speak it.
alter table person add column language text not null default 'fr'
  check (language in ('fr', 'en', 'de', 'es', 'it', 'nl'));
grant select (language), update (language) on person to hub_app;
