//! Addresses with places for what is only known later.

use crate::ServiceId;

const SERVICE: &str = "{service}";
const TOKEN: &str = "{token}";

/// An address with a place for a service, and perhaps for a token. Neither needs to be encoded: a UUID, and hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LinkTemplate(String);

impl LinkTemplate {
    pub(super) fn with_token(template: &str) -> Result<Self, InvalidLink> {
        let is_fitting = template.matches(TOKEN).count() == 1;
        if is_fitting { Self::parse(template) } else { Err(InvalidLink::Placeholders) }
    }

    pub(super) fn without_token(template: &str) -> Result<Self, InvalidLink> {
        let is_fitting = template.contains(SERVICE) && !template.contains(TOKEN);
        if is_fitting { Self::parse(template) } else { Err(InvalidLink::Placeholders) }
    }

    fn parse(template: &str) -> Result<Self, InvalidLink> {
        let rest = template.replace(SERVICE, "").replace(TOKEN, "");
        if rest.contains(['{', '}']) {
            return Err(InvalidLink::Placeholders);
        }
        let is_clean =
            |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '|');
        if !rest.chars().all(is_clean) || !is_protected(template) {
            return Err(InvalidLink::Address);
        }
        Ok(Self(template.to_owned()))
    }

    pub(super) fn fill(&self, service: ServiceId, token: &str) -> String {
        self.0.replace(SERVICE, &service.to_string()).replace(TOKEN, token)
    }
}

/// Whether nobody on the way can read along: what has the token opens the form.
fn is_protected(address: &str) -> bool {
    let host = |rest: &str| rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned();
    if let Some(rest) = address.strip_prefix("https://") {
        let host = host(rest);
        return !host.is_empty() && !host.contains(['{', '@']);
    }
    let Some(rest) = address.strip_prefix("http://") else { return false };
    let host = host(rest);
    let name = match host.strip_prefix('[') {
        Some(address) => address.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    matches!(name, "localhost" | "127.0.0.1" | "::1")
}

/// An address that can't stand in a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidLink {
    /// It is no `https` address, or `http` on this machine.
    #[error("a link begins with https://, or with http:// on this machine, and holds what an address can")]
    Address,
    /// It has other placeholders than it should.
    #[error("a link to the form has one {{token}}, one to a service has {{service}} and no {{token}}")]
    Placeholders,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_in_the_placeholders_and_nothing_else() {
        let service: ServiceId = "0193a5c0-0000-7000-8000-000000000007".parse().unwrap();
        let form =
            LinkTemplate::with_token("https://panel.example.com/ssl/{service}?token={token}&a=b").unwrap();
        assert_eq!(
            form.fill(service, "c0de"),
            "https://panel.example.com/ssl/0193a5c0-0000-7000-8000-000000000007?token=c0de&a=b"
        );
        let local = LinkTemplate::without_token("http://127.0.0.1:8080/{service}").unwrap();
        assert!(local.fill(service, "").ends_with(":8080/0193a5c0-0000-7000-8000-000000000007"));
    }

    #[test]
    fn refuses_what_is_no_protected_address() {
        for address in [
            "http://panel.example.com/{token}",
            "http://127.0.0.1.example.com/{token}",
            "http://localhost@example.com/{token}",
            "https://user@example.com/{token}",
            "https:///{token}",
            "https://{token}.example.com/",
            "javascript:alert({token})",
            "//example.com/{token}",
            "https://example.com/ {token}",
            "https://example.com/\"{token}",
            "https://example.com/\r\n{token}",
        ] {
            assert_eq!(LinkTemplate::with_token(address), Err(InvalidLink::Address), "{address}");
        }
        for fine in ["http://localhost/{token}", "http://[::1]:80/{token}", "http://127.0.0.1?{token}"] {
            assert!(LinkTemplate::with_token(fine).is_ok(), "{fine}");
        }
    }

    #[test]
    fn refuses_other_placeholders_than_it_should_have() {
        let base = "https://example.com/";
        for wrong in ["", "{service}", "{token}{token}", "{token}{user}", "{token}}", "{{token}}", "{token"] {
            let template = format!("{base}{wrong}");
            assert_eq!(LinkTemplate::with_token(&template), Err(InvalidLink::Placeholders), "{wrong}");
        }
        for wrong in ["", "{token}", "{service}{token}", "{service}{x}"] {
            let template = format!("{base}{wrong}");
            assert_eq!(LinkTemplate::without_token(&template), Err(InvalidLink::Placeholders), "{wrong}");
        }
    }
}
