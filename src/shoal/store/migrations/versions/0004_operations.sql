-- Bulk changes: what is wanted of one, and how often its next chunk was tried -----------------------------------------

ALTER TABLE bulk_change
    ADD COLUMN wanted text CONSTRAINT bulk_change_wanted_check CHECK (wanted IN ('cancel', 'pause')),
    ADD COLUMN attempts integer NOT NULL DEFAULT 0;          -- of the next chunk, that failed one after the other

UPDATE bulk_change SET wanted = 'cancel' WHERE cancel AND finished_at IS NULL;

-- The release before asks by `cancel`, and looks for it there. The column goes with a later release.
CREATE FUNCTION bulk_change_cancel() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.cancel AND NOT OLD.cancel THEN
        NEW.wanted := 'cancel';
    END IF;
    NEW.cancel := NEW.wanted IS NOT DISTINCT FROM 'cancel';
    RETURN NEW;
END $$;
CREATE TRIGGER bulk_change_cancel BEFORE UPDATE OF cancel, wanted ON bulk_change
    FOR EACH ROW EXECUTE FUNCTION bulk_change_cancel();

-- The drawing of domain/bulk.py. A chunk does not set the state, so it costs a chunk nothing.
CREATE FUNCTION bulk_change_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.state, NEW.state) NOT IN (
        ('previewed', 'queued'), ('previewed', 'cancelled'),
        ('queued', 'running'), ('queued', 'paused'), ('queued', 'complete'), ('queued', 'cancelled'),
        ('queued', 'failed'),
        ('running', 'paused'), ('running', 'complete'), ('running', 'complete_with_errors'), ('running', 'cancelled'),
        ('running', 'failed'),
        ('paused', 'running'), ('paused', 'cancelled'), ('paused', 'failed')) THEN
        RAISE EXCEPTION 'a bulk change does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bulk_change_move';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bulk_change_move BEFORE UPDATE OF state ON bulk_change
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION bulk_change_move();

-- However it ends, every issue of the selection has ended somehow; and what failed says why.
ALTER TABLE bulk_change DROP CONSTRAINT bulk_change_complete_check;
ALTER TABLE bulk_change
    ADD CONSTRAINT bulk_change_complete_check CHECK
        (finished_at IS NULL OR changed + unchanged + failed + conflicted + skipped = total),
    ADD CONSTRAINT bulk_change_error_check CHECK (state <> 'failed' OR error IS NOT NULL);

-- Who looks for operations that nobody works on looks in all organisations at once. It sees nothing that has ended.
CREATE INDEX bulk_change_unfinished_idx ON bulk_change (org_id, id) WHERE finished_at IS NULL;
CREATE POLICY engine ON bulk_change FOR SELECT USING
    (finished_at IS NULL AND (SELECT coalesce(current_setting('shoal.engine', true), '') = 'on'));
