//! How control of names is proved.

mod instruction;
mod method;

pub use instruction::{Instruction, VerificationCode, WantedProof, instructions, wanted_proofs};
pub use method::{Mailbox, UnknownMailbox, UnknownMethod, VerificationMethod};

use crate::{Finding, Findings, NameSet, Problem};

/// The field of the Partner API that names the method.
pub(crate) const APPROVER_METHOD: &str = "SANApprover/approverMethod";

/// Which names a method can't prove.
pub(crate) fn check_method(method: &VerificationMethod, names: &NameSet) -> Findings {
    let unprovable = names.as_slice().iter().filter(|name| !method.can_prove(name));
    unprovable
        .map(|name| {
            let problem = Problem::FileForWildcard { name: name.to_string() };
            Finding::new(2186, APPROVER_METHOD, problem)
        })
        .collect()
}
