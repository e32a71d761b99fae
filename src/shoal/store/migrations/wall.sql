-- The wall between organisations. Run at the end of every upgrade, and does again only what is not so already: a
-- restored dump brings the tables and policies, but neither the role nor what is granted to it nor what is altered in
-- the catalogue.

-- The server works as this role: it owns nothing and cannot pass by the policies below. Where the role cannot be made,
-- FORCE keeps the owner of the tables behind them all the same, unless it is a superuser.
DO $$ BEGIN
    CREATE ROLE shoal_app NOLOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT;
EXCEPTION WHEN duplicate_object OR insufficient_privilege OR unique_violation THEN NULL;
END $$;

-- Altering a table stops everybody for a moment, even if nothing is altered. Outside are the tables that tell the
-- organisation.
DO $$ DECLARE it record; BEGIN
    FOR it IN SELECT relname AS name, relrowsecurity AND relforcerowsecurity AS is_secure,
                     EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid AND polname = 'organisation_wall') AS has_wall
                FROM pg_class AS c
               WHERE relnamespace = 'shoal'::regnamespace AND relkind IN ('r', 'p')
                 AND relname NOT IN ('access_token', 'access_key', 'iam_token')
                 AND EXISTS (SELECT FROM pg_attribute
                              WHERE attrelid = c.oid AND attname = 'org_id' AND NOT attisdropped) LOOP
        IF NOT it.is_secure THEN
            EXECUTE format('ALTER TABLE shoal.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', it.name);
        END IF;
        IF NOT it.has_wall THEN
            EXECUTE format('CREATE POLICY organisation_wall ON shoal.%I USING
                (org_id = (SELECT nullif(current_setting(''shoal.org_id'', true), '''')::bigint))', it.name);
        END IF;
    END LOOP;
END $$;

-- A role of this name that we may not give ourselves is somebody else's in this cluster: it gets nothing here, and the
-- server works as the owner.
DO $$ BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        GRANT shoal_app TO CURRENT_USER;
    END IF;
EXCEPTION WHEN insufficient_privilege OR undefined_object THEN NULL;
END $$;

DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'shoal_app' AND pg_has_role(oid, 'SET')) THEN
        GRANT USAGE ON SCHEMA shoal, procrastinate TO shoal_app;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA shoal, procrastinate TO shoal_app;
        GRANT MAINTAIN ON issue, issue_text, comment, changelog TO shoal_app; -- ANALYZE, after many came in at once
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA shoal, procrastinate TO shoal_app;
    END IF;
END $$;

-- A policy is checked before any operator that might leak what it sees, so an index by such an operator is of no use.
-- The match of a text search tells nothing of the row but yes or no; only a superuser may say so.
DO $$ BEGIN
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        ALTER FUNCTION pg_catalog.ts_match_vq(tsvector, tsquery) LEAKPROOF;
    END IF;
END $$;

-- The texts with these words: by the index in any case, and with the planner's statistics where it may have them.
DO $body$ DECLARE may_use_index boolean; BEGIN
    SELECT proleakproof INTO may_use_index FROM pg_proc
     WHERE oid = 'pg_catalog.ts_match_vq(tsvector, tsquery)'::regprocedure;
    IF may_use_index THEN
        CREATE OR REPLACE FUNCTION issues_matching(words tsquery)
            RETURNS TABLE (org_id bigint, issue_id bigint, description text) LANGUAGE sql STABLE AS
            'SELECT t.org_id, t.issue_id, t.description FROM shoal.issue_text AS t WHERE t.search @@ words';
        CREATE OR REPLACE FUNCTION comments_matching(words tsquery)
            RETURNS TABLE (org_id bigint, issue_id bigint, text text) LANGUAGE sql STABLE AS
            'SELECT c.org_id, c.issue_id, c.text FROM shoal.comment AS c WHERE c.search @@ words';
    ELSE
        CREATE OR REPLACE FUNCTION issues_matching(words tsquery)
            RETURNS TABLE (org_id bigint, issue_id bigint, description text) LANGUAGE plpgsql VOLATILE AS $$ BEGIN
                PERFORM set_config('shoal.words', words::text, true);
                RETURN QUERY SELECT t.org_id, t.issue_id, t.description FROM shoal.issue_match AS t;
            END $$;
        CREATE OR REPLACE FUNCTION comments_matching(words tsquery)
            RETURNS TABLE (org_id bigint, issue_id bigint, text text) LANGUAGE plpgsql VOLATILE AS $$ BEGIN
                PERFORM set_config('shoal.words', words::text, true);
                RETURN QUERY SELECT c.org_id, c.issue_id, c.text FROM shoal.comment_match AS c;
            END $$;
    END IF;
END $body$;
