-- Times are milliseconds since 1970-01-01T00:00:00Z.
CREATE TABLE services (
    id            TEXT PRIMARY KEY NOT NULL,
    version       INTEGER NOT NULL,
    state         TEXT NOT NULL,
    customer      TEXT NOT NULL,
    product       TEXT NOT NULL,
    common_name   TEXT,
    order_id      TEXT UNIQUE,
    serial_number TEXT,
    not_after     INTEGER,
    stray_orders  INTEGER NOT NULL,
    due_at        INTEGER,
    tries         INTEGER NOT NULL DEFAULT 0,
    note          TEXT,
    lease_token   TEXT,
    lease_until   INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX services_due ON services (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE events (
    service_id TEXT NOT NULL REFERENCES services (id),
    version    INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    body       TEXT NOT NULL,
    PRIMARY KEY (service_id, version)
) STRICT, WITHOUT ROWID;

-- No public key ever serves two services.
CREATE TABLE public_keys (
    hash       TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id)
) STRICT, WITHOUT ROWID;
