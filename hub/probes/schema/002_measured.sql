-- A restore that the software made and timed itself, and not what somebody typed.
alter table restore_rehearsal add column measured boolean not null default false;
