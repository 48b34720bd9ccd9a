-- What everybody sees of a service's months, and the minutes in which it did not answer.

create table service_measured (
  service      text        not null references trust_service (code),
  month        date        not null check (extract(day from month) = 1),
  counted      int         not null check (counted >= 0),
  up           int         not null check (up between 0 and counted),
  measured_at  timestamptz not null,
  primary key (service, month)
);
comment on table service_measured is 'A month as whoever no single incident concerned could use it.';
grant select, insert, update on service_measured to hub_app;

create index service_pulse_bad on service_pulse (service, minute) where not ok;
