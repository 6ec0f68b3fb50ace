//! E-mail addresses as certificates hold them.

use crate::dns_name;

/// Why a text is no mailbox for a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum MailboxProblem {
    /// Nothing separates a person from a domain.
    #[error("there is no @ in it")]
    NoAt,
    /// The part before the `@` is empty, too long, or holds characters that need quotes.
    #[error("the part before the @ is not one that mail systems take")]
    LocalPart,
    /// The part after the `@` is no domain.
    #[error("the part after the @ is not a domain name")]
    Domain,
    /// A letter beyond ASCII.
    #[error("it holds letters beyond ASCII, which certificates need in another form")]
    NotAscii,
}

/// RFC 5321 §4.5.3.1.1.
const LONGEST_LOCAL_PART: usize = 64;

/// Checks a mailbox (RFC 5280 §4.2.1.6 by RFC 5321 §4.1.2) without the quoted forms that nobody uses.
pub(crate) fn check(mailbox: &str) -> Result<(), MailboxProblem> {
    if !mailbox.is_ascii() {
        return Err(MailboxProblem::NotAscii);
    }
    let (local, domain) = mailbox.rsplit_once('@').ok_or(MailboxProblem::NoAt)?;
    let is_atom = |atom: &str| {
        !atom.is_empty()
            && atom.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
    };
    if local.len() > LONGEST_LOCAL_PART || !local.split('.').all(is_atom) {
        return Err(MailboxProblem::LocalPart);
    }
    if domain.starts_with('*') || !domain.contains('.') || dns_name::normalize(domain).is_err() {
        return Err(MailboxProblem::Domain);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_mailboxes_and_says_what_others_lack() {
        for mailbox in ["jan@example.com", "jan.nowak+shop@a.b.example", "o'neil@example.com"] {
            assert_eq!(check(mailbox), Ok(()), "{mailbox}");
        }
        for (mailbox, problem) in [
            ("", MailboxProblem::NoAt),
            ("jan", MailboxProblem::NoAt),
            ("@example.com", MailboxProblem::LocalPart),
            ("jan..nowak@example.com", MailboxProblem::LocalPart),
            ("jan nowak@example.com", MailboxProblem::LocalPart),
            ("jan@nowak@example.com", MailboxProblem::LocalPart),
            ("jan@", MailboxProblem::Domain),
            ("jan@localhost", MailboxProblem::Domain),
            ("jan@*.example.com", MailboxProblem::Domain),
            ("jan@exa_mple.com", MailboxProblem::Domain),
            ("żan@example.com", MailboxProblem::NotAscii),
        ] {
            assert_eq!(check(mailbox), Err(problem), "{mailbox}");
        }
        assert_eq!(check(&format!("{}@example.com", "a".repeat(65))), Err(MailboxProblem::LocalPart));
    }
}
