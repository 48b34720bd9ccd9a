-- name: insert_sheet_check
-- A sheet is validated as it stands.
insert into service_sheet_check (vertical, fingerprint, checked_at, checked_by)
values (:vertical, :fingerprint, :now, :actor)
on conflict (vertical, fingerprint) do nothing;

-- name: list_sheet_checks
-- Which of these sheets were validated. Bounded by what is installed.
select fingerprint, checked_at
  from service_sheet_check
 where fingerprint = any(:fingerprints::text[])
 limit :wanted;
