-- From version 1 to version 2.
DROP INDEX services_common_name;
-- For what begins so, too, whatever the database's language.
CREATE INDEX services_common_name ON services (common_name text_pattern_ops, id) WHERE common_name IS NOT NULL;

-- Who asked for it.
ALTER TABLE events ADD COLUMN actor TEXT;

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

-- The names that services have stand in their newest configuration. In JSON a backslash never stands for a NUL: see text.rs.
INSERT INTO names (service_id, name)
SELECT DISTINCT configured.service_id, name.value
FROM (
    SELECT DISTINCT ON (service_id) service_id, event #> '{configuration,names}' AS names
    FROM events, LATERAL (SELECT replace(body, '\\', '\')::json AS event) AS read
    WHERE event ->> 'event' = 'configured'
    ORDER BY service_id, version DESC
) AS configured,
LATERAL json_array_elements_text(CASE WHEN json_typeof(names) = 'array' THEN names ELSE '[]' END) AS name (value);
