-- How often the town has answered: whoever answers names what they had looked at.
alter table city_report add column revision int not null default 0 check (revision >= 0);
