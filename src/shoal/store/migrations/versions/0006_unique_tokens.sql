-- Whether a unique value is taken depends on who asks: an index that knows of all issues would tell of hidden ones.
DROP INDEX issue_unique_token_key;
CREATE INDEX issue_unique_token_idx ON issue (org_id, unique_token) WHERE unique_token IS NOT NULL;
