-- Whether the demonstration's data are there, and of which day.

create table demonstration (
  one_row    boolean primary key default true check (one_row),
  seeded_on  date    not null,
  areas      text[]  not null,
  lodgings   int     not null
);
