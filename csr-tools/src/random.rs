//! Where random bytes come from.

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};

/// A source of random bytes for salts and initialization vectors.
///
/// [`SystemRandomness`] is the one to use; the port is there so that tests can say what is drawn.
pub trait Randomness {
    /// Fills the bytes with randomness that nobody can foretell.
    ///
    /// # Errors
    /// [`RandomnessError`] if there is none.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomnessError>;
}

/// The operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomnessError> {
        SystemRandom::new().fill(bytes).map_err(|_| RandomnessError)
    }
}

/// The source had no random bytes to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are no random bytes to be had")]
#[expect(
    clippy::exhaustive_structs,
    reason = "sources outside this crate make it, and it has nothing to say"
)]
pub struct RandomnessError;

/// Draws so many bytes.
pub(crate) fn draw<const LENGTH: usize>(source: &dyn Randomness) -> Result<[u8; LENGTH], RandomnessError> {
    let mut bytes = [0; LENGTH];
    source.fill(&mut bytes)?;
    Ok(bytes)
}
