-- From version 2 to version 3.
-- Who asked for it.
ALTER TABLE events ADD COLUMN actor TEXT;

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

-- The names that services have stand in their newest configuration.
INSERT INTO names (service_id, name)
SELECT DISTINCT configured.service_id, name.value
FROM (
    SELECT service_id, max(version), json_extract(body, '$.configuration.names') AS names
    FROM events
    WHERE json_extract(body, '$.event') = 'configured'
    GROUP BY service_id
) AS configured, json_each(configured.names) AS name;
