-- Times are milliseconds since 1970-01-01T00:00:00Z. In texts a backslash stands for two characters: see text.rs.
CREATE TABLE services (
    id            UUID PRIMARY KEY,
    version       BIGINT NOT NULL,
    state         TEXT NOT NULL,
    customer      TEXT NOT NULL,
    product       TEXT NOT NULL,
    common_name   TEXT,
    order_id      TEXT,
    serial_number TEXT,
    not_after     BIGINT,
    stray_orders  BIGINT NOT NULL,
    due_at        BIGINT,
    tries         BIGINT NOT NULL DEFAULT 0,
    note          TEXT,
    lease_token   TEXT,
    lease_until   BIGINT,
    -- When it can be claimed: once it is due, and nobody's lease runs.
    wake_at       BIGINT GENERATED ALWAYS AS (CASE WHEN lease_until > due_at THEN lease_until ELSE due_at END) STORED
);

CREATE INDEX services_wake ON services (wake_at, id) WHERE wake_at IS NOT NULL;
CREATE INDEX services_due ON services (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX services_customer ON services (customer, id);
CREATE INDEX services_state ON services (state, id);
-- For what begins so, too, whatever the database's language.
CREATE INDEX services_common_name ON services (common_name text_pattern_ops, id) WHERE common_name IS NOT NULL;
CREATE INDEX services_serial_number ON services (serial_number) WHERE serial_number IS NOT NULL;
CREATE INDEX services_not_after ON services (not_after) WHERE not_after IS NOT NULL;

CREATE TABLE events (
    service_id UUID NOT NULL REFERENCES services (id),
    version    BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    body       TEXT NOT NULL,
    -- Who asked for it.
    actor      TEXT,
    PRIMARY KEY (service_id, version)
);

-- No public key ever serves two services.
CREATE TABLE public_keys (
    hash       TEXT PRIMARY KEY,
    service_id UUID NOT NULL REFERENCES services (id)
);

-- Nor does an order, whether or not it is still the newest.
CREATE TABLE orders (
    id         TEXT PRIMARY KEY,
    service_id UUID NOT NULL REFERENCES services (id)
);

-- The names that people find a service by, in lower case.
CREATE TABLE names (
    service_id UUID NOT NULL REFERENCES services (id),
    name       TEXT NOT NULL,
    PRIMARY KEY (service_id, name)
);

CREATE INDEX names_name ON names (name, service_id);

-- The private keys that are kept, encrypted: the vault's.
CREATE TABLE private_keys (
    hash          TEXT PRIMARY KEY,
    passphrase_id TEXT NOT NULL,
    kept_at       BIGINT NOT NULL,
    encrypted_pem TEXT NOT NULL
);

-- What is to be delivered, until it is.
CREATE TABLE outbox (
    service_id  UUID NOT NULL REFERENCES services (id),
    version     BIGINT NOT NULL,
    number      BIGINT NOT NULL,
    topic       TEXT NOT NULL,
    body        TEXT NOT NULL,
    due_at      BIGINT NOT NULL,
    tries       BIGINT NOT NULL DEFAULT 0,
    lease_token TEXT,
    lease_until BIGINT,
    wake_at     BIGINT GENERATED ALWAYS AS (CASE WHEN lease_until > due_at THEN lease_until ELSE due_at END) STORED,
    PRIMARY KEY (service_id, version, number)
);

CREATE INDEX outbox_wake ON outbox (topic, wake_at, service_id, version, number);

CREATE TABLE watermarks (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

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

CREATE TABLE cert_lifecycle_schema (
    version BIGINT NOT NULL
);
