-- Whoever asks for what is held about them is given what they did; guests and the hub itself act
-- far more often, and have no number.
create index audit_entry_by_person on audit_entry (actor, tenant) where actor like 'person:%';
