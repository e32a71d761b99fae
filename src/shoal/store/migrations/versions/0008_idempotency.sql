-- A request with a key, and its answer: committed with what the request did, so that it is done once.
CREATE TABLE idempotency_key (
    org_id       bigint NOT NULL,
    user_id      bigint NOT NULL,
    key          text NOT NULL,
    request_hash bytea NOT NULL,
    used_at      timestamptz NOT NULL DEFAULT now(),
    answer       bytea,                                  -- null only inside the transaction that claims the key
    CONSTRAINT idempotency_key_pkey PRIMARY KEY (org_id, user_id, key),
    CONSTRAINT idempotency_key_request_hash_check CHECK (octet_length(request_hash) = 32)
);
CREATE INDEX idempotency_key_used_at_idx ON idempotency_key (org_id, used_at);
