-- Where `@@` is not leak-proof (see wall.sql) a policy is checked before it, and the index of words is of no use: unless
-- the match is a part of the policy. These tables are empty for ever. A query of one reads the table that inherits from
-- it, by the parent's policies alone: the rows of the transaction's organisation that match the words it has set.
CREATE TABLE issue_match (
    org_id      bigint NOT NULL,
    issue_id    bigint NOT NULL,
    description text NOT NULL,
    search      tsvector NOT NULL
);
CREATE TABLE comment_match (
    org_id   bigint NOT NULL,
    issue_id bigint NOT NULL,
    text     text NOT NULL,
    search   tsvector GENERATED ALWAYS AS (to_tsvector('pg_catalog.russian'::regconfig, left(text, 100000))) STORED
);
ALTER TABLE issue_text INHERIT issue_match;
ALTER TABLE comment INHERIT comment_match;

CREATE POLICY organisation_wall ON issue_match FOR SELECT USING
    (org_id = (SELECT nullif(current_setting('shoal.org_id', true), '')::bigint)
     AND search @@ (SELECT nullif(current_setting('shoal.words', true), '')::tsquery));
CREATE POLICY organisation_wall ON comment_match FOR SELECT USING
    (org_id = (SELECT nullif(current_setting('shoal.org_id', true), '')::bigint)
     AND search @@ (SELECT nullif(current_setting('shoal.words', true), '')::tsquery));
