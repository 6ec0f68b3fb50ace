-- From version 3 to version 4.
-- What a host keeps beside the services.
CREATE TABLE records (
    kind       TEXT NOT NULL,
    key        TEXT NOT NULL,
    owner      TEXT,
    expires_at INTEGER,
    version    INTEGER NOT NULL,
    body       TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT;

CREATE INDEX records_owner ON records (kind, owner, key);
CREATE INDEX records_expires_at ON records (expires_at) WHERE expires_at IS NOT NULL;
