//! What a call changes at the CA.

/// What an operation changes at the CA, which decides whether it may be sent again without looking first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effect {
    /// Nothing: it may be sent again freely.
    Read,
    /// A message is sent or a check is made. Sent again it does so again, which costs nothing.
    Verification,
    /// An order is placed, which costs money.
    Purchase,
    /// An order or a certificate ends.
    Termination,
}

impl Effect {
    /// Whether a call without a clear answer may be sent again without finding out what the first one did.
    #[must_use]
    pub fn is_repeatable(self) -> bool {
        matches!(self, Self::Read | Self::Verification)
    }
}
