-- From version 2 to version 3.
-- What a host keeps beside the services.
CREATE TABLE records (
    kind       TEXT NOT NULL,
    -- As bytes, since pages are in their order, whatever the database's language.
    key        BYTEA NOT NULL,
    owner      TEXT,
    expires_at BIGINT,
    version    BIGINT NOT NULL,
    body       TEXT NOT NULL,
    PRIMARY KEY (kind, key)
);

CREATE INDEX records_owner ON records (kind, owner, key);
CREATE INDEX records_expires_at ON records (expires_at) WHERE expires_at IS NOT NULL;
