//! The `SANApprover` of an order or of a new verification.

use certum_api::types::{ApproverEmailPrefix, SanApprover};

use super::{
    Findings,
    texts::{ABSENT, is_blank, is_longer},
};
use crate::{
    checks::Method,
    names::CertName,
    orders::{Approver, MAILBOXES, Mailbox, method_of},
};

/// The longest address.
const MAX_EMAIL: usize = 255;

/// The codes for what an approver lacks. The Partner API has several that say the same; which of them comes when is
/// not published, so that here each belongs to some operations.
#[derive(Debug)]
pub(crate) struct ApproverCodes {
    no_method: u32,
    /// Neither form of address, with the method that needs one.
    no_mailbox: u32,
    /// An address that is empty.
    empty_email: u32,
}

impl ApproverCodes {
    /// Of `quickOrder` and `validateOrderParameters`. Of the two forms of address the prefix is asked for, which
    /// serves any number of domains.
    pub(crate) const ORDERED: Self = Self { no_method: 1152, no_mailbox: 2159, empty_email: 2160 };
    /// Of `renewCertificate` and `reissueCertificate`.
    pub(crate) const FOLLOWING: Self = Self { no_method: 2157, ..Self::ORDERED };
    /// Of `addSanVerification`.
    pub(crate) const CHANGED: Self = Self { no_method: 1040, no_mailbox: 1038, empty_email: 1038 };
}

/// The method that is asked for, if it is one.
pub(crate) fn wanted_method(approver: Option<&SanApprover>) -> Option<Method> {
    approver.and_then(|approver| method_of(&approver.method))
}

/// Reads who approves, and whether that proves these names.
pub(crate) fn read_approver(
    approver: Option<&SanApprover>,
    names: &[CertName],
    codes: &ApproverCodes,
    findings: &mut Findings,
) -> Option<Approver> {
    let Some(approver) = approver else {
        findings.add(2162);
        return None;
    };
    let wanted = approver.method.as_str();
    if wanted == ABSENT || is_blank(wanted) {
        findings.add(codes.no_method);
        return None;
    }
    let Some(method) = method_of(&approver.method) else {
        findings.add_with(1042, wanted);
        return None;
    };
    if method == Method::File {
        for name in names.iter().filter(|name| name.is_wildcard()) {
            findings.add_with(2186, name.as_str());
        }
    }
    let notifies = approver.notification_enabled == Some(true);
    let mailbox = read_mailbox(approver, codes, findings);
    if method != Method::Admin {
        return Some(Approver { method, mailbox: None, notifies });
    }
    let Some(mailbox) = mailbox else {
        if approver.email.is_none() && approver.email_prefix.is_none() {
            findings.add(codes.no_mailbox);
        }
        return None;
    };
    for name in names.iter().filter(|name| !mailbox.can_approve(name)) {
        findings.add_with(1147, name.as_str());
    }
    Some(Approver { method, mailbox: Some(mailbox), notifies })
}

/// Reads whichever form of address there is. With both, or a faulty one, there is none.
fn read_mailbox(approver: &SanApprover, codes: &ApproverCodes, findings: &mut Findings) -> Option<Mailbox> {
    match (approver.email.as_deref(), approver.email_prefix.as_ref()) {
        (Some(_), Some(_)) => {
            findings.add(2158);
            None
        }
        (Some(email), None) if is_blank(email) => {
            findings.add(codes.empty_email);
            None
        }
        (Some(email), None) if is_longer(email, MAX_EMAIL) => {
            findings.add_with(1087, email);
            None
        }
        (Some(email), None) => {
            let mailbox = Mailbox::parse(email);
            if mailbox.is_none() {
                findings.add_with(1037, email);
            }
            mailbox
        }
        (None, Some(prefix)) => {
            let known = known_prefix(prefix);
            if known.is_none() {
                findings.add_with(1108, prefix.as_str());
            }
            known.map(Mailbox::Prefix)
        }
        (None, None) => None,
    }
}

fn known_prefix(prefix: &ApproverEmailPrefix) -> Option<&'static str> {
    let wanted = match prefix {
        ApproverEmailPrefix::Unknown(_) => return None,
        known => known.as_str().to_ascii_lowercase(),
    };
    MAILBOXES.iter().copied().find(|mailbox| *mailbox == wanted)
}
