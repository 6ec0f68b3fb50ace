-- Times are milliseconds since 1970-01-01T00:00:00Z.
CREATE TABLE services (
    id            TEXT PRIMARY KEY NOT NULL,
    version       INTEGER NOT NULL,
    state         TEXT NOT NULL,
    customer      TEXT NOT NULL,
    product       TEXT NOT NULL,
    common_name   TEXT,
    order_id      TEXT,
    serial_number TEXT,
    not_after     INTEGER,
    stray_orders  INTEGER NOT NULL,
    due_at        INTEGER,
    tries         INTEGER NOT NULL DEFAULT 0,
    note          TEXT,
    lease_token   TEXT,
    lease_until   INTEGER,
    -- When it can be claimed: once it is due, and nobody's lease runs.
    wake_at       INTEGER AS (max(due_at, ifnull(lease_until, due_at)))
) STRICT, WITHOUT ROWID;

CREATE INDEX services_wake ON services (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX services_due ON services (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX services_customer ON services (customer);
CREATE INDEX services_state ON services (state);
CREATE INDEX services_common_name ON services (common_name) WHERE common_name IS NOT NULL;
CREATE INDEX services_serial_number ON services (serial_number) WHERE serial_number IS NOT NULL;
CREATE INDEX services_not_after ON services (not_after) WHERE not_after IS NOT NULL;

CREATE TABLE events (
    service_id TEXT NOT NULL REFERENCES services (id),
    version    INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    body       TEXT NOT NULL,
    -- Who asked for it.
    actor      TEXT,
    PRIMARY KEY (service_id, version)
) STRICT, WITHOUT ROWID;

-- No public key ever serves two services.
CREATE TABLE public_keys (
    hash       TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id)
) STRICT, WITHOUT ROWID;

-- Nor does an order, whether or not it is still the newest.
CREATE TABLE orders (
    id         TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id)
) STRICT, WITHOUT ROWID;

-- The names that people find a service by, in lower case.
CREATE TABLE names (
    service_id TEXT NOT NULL REFERENCES services (id),
    name       TEXT NOT NULL,
    PRIMARY KEY (service_id, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX names_name ON names (name);

-- The private keys that are kept, encrypted: the vault's.
CREATE TABLE private_keys (
    hash          TEXT PRIMARY KEY NOT NULL,
    passphrase_id TEXT NOT NULL,
    kept_at       INTEGER NOT NULL,
    encrypted_pem TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What is to be delivered, until it is.
CREATE TABLE outbox (
    service_id  TEXT NOT NULL REFERENCES services (id),
    version     INTEGER NOT NULL,
    number      INTEGER NOT NULL,
    topic       TEXT NOT NULL,
    body        TEXT NOT NULL,
    due_at      INTEGER NOT NULL,
    tries       INTEGER NOT NULL DEFAULT 0,
    lease_token TEXT,
    lease_until INTEGER,
    wake_at     INTEGER AS (max(due_at, ifnull(lease_until, due_at))),
    PRIMARY KEY (service_id, version, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_wake ON outbox (topic, wake_at);

CREATE TABLE watermarks (
    name  TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
