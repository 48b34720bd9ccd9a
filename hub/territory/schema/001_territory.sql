-- Communes, departments, regions, and the places that people search for: public reference data.

create extension if not exists pg_trgm;

create table region (
  code  text primary key,
  name  text not null,
  lat   float8 not null,
  lng   float8 not null
);

create table department (
  code    text primary key,
  name    text not null,
  region  text not null,
  lat     float8 not null,
  lng     float8 not null,
  zone    text check (zone in ('A', 'B', 'C'))
);

create table commune (
  code        text primary key,
  name        text not null,
  department  text not null,
  region      text not null,
  parent      text,
  lat         float8,
  lng         float8,
  population  int not null
);
create index commune_by_parent on commune (parent) where parent is not null;
create index commune_by_position on commune (lat, lng);

create table place (
  kind        text not null check (kind in ('commune', 'department', 'region')),
  code        text not null,
  name        text not null,
  label       text not null,
  search_key  text not null,
  postcodes   text[] not null,
  population  int not null,
  lodgings    int not null default 0,
  lat         float8,
  lng         float8,
  primary key (kind, code)
);
create index place_by_prefix on place (search_key text_pattern_ops);
create index place_by_postcode on place using gin (postcodes);
create index place_by_likeness on place using gin (search_key gin_trgm_ops);

grant select on region, department, commune, place to hub_app, hub_index, hub_definer;
