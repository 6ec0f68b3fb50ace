//! Keys: making, reading and writing private ones, and telling public ones apart.

mod algorithm;
mod hash;
mod private;
mod public;
mod signing;

pub use algorithm::{KeyAlgorithm, UnknownKeyAlgorithm};
pub use hash::{ParsePublicKeyHashError, PublicKeyHash};
pub use private::{KeyError, PrivateKey};
pub use public::{EllipticCurve, PublicKey, PublicKeyAlgorithm, PublicKeyView, RsaNumbers};
pub use signing::{SigningError, SigningKey};
