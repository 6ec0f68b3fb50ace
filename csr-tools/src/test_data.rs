//! The certificates of `tests/data`, for unit tests.

use crate::certificate::Certificate;
use crate::key::PrivateKey;

pub(crate) const LEAF: &str = include_str!("../tests/data/leaf.pem");

pub(crate) fn leaf() -> Certificate {
    Certificate::from_pem(LEAF).unwrap()
}

pub(crate) fn leaf_key() -> PrivateKey {
    PrivateKey::from_pkcs8_pem(include_str!("../tests/data/leaf.key")).unwrap()
}

pub(crate) fn intermediate() -> Certificate {
    Certificate::from_pem(include_str!("../tests/data/intermediate.pem")).unwrap()
}

pub(crate) fn root() -> Certificate {
    Certificate::from_pem(include_str!("../tests/data/root.pem")).unwrap()
}
