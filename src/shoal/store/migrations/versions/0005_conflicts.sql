-- What becomes of an issue that somebody edited in a field of the change since the selection was frozen; and when the
-- request was done: a repetition is told by that, not by when the first began to wait for its turn.
ALTER TABLE bulk_change
    ADD COLUMN on_conflict text NOT NULL DEFAULT 'overwrite'
        CONSTRAINT bulk_change_on_conflict_check CHECK (on_conflict IN ('overwrite', 'skip', 'stop')),
    ADD COLUMN submitted_at timestamptz;
