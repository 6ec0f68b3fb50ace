//! Keys: making, reading and writing private ones, and telling public ones apart.

mod algorithm;
mod encrypted;
mod error;
mod hash;
mod private;
mod public;
mod signing;
mod stored;

pub use algorithm::{KeyAlgorithm, UnknownKeyAlgorithm};
pub use encrypted::KeyEncryption;
pub use error::KeyError;
pub use hash::{ParsePublicKeyHashError, PublicKeyHash};
pub use private::PrivateKey;
pub use public::{EllipticCurve, PublicKey, PublicKeyAlgorithm, PublicKeyView, RsaNumbers};
pub use signing::{SigningError, SigningKey};
