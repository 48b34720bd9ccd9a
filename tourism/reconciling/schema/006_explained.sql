-- What no comparison can close by itself stays open until somebody has said what it is.

alter table money_break add column explained_at timestamptz;
comment on column money_break.explained_at is
  'When somebody said what it is (`note`): it is closed for good, whatever is found again.';
