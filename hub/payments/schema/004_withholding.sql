-- Why an organisation's shares are kept although its account could take them.

alter table payee add column withheld text;
alter table payee add column withheld_at timestamptz;
alter table payee add check ((withheld is null) = (withheld_at is null));
