//! "Get details from CSR": what a request says, put into the form.

use csr_tools::{EncodedRequest, GeneralName, RequestView};

use super::Form;
use crate::request::{self, MAX_CSR_BYTES};
use crate::{Findings, NameEntry, ProductKind, SubjectField};

impl Form {
    /// A form with what a request says filled in: the subject's fields, and the names.
    ///
    /// ```
    /// use cert_domain::Form;
    /// use csr_tools::{AttributeType, CertificateRequest, KeyAlgorithm, PrivateKey};
    ///
    /// let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256)?;
    /// let request = CertificateRequest::builder()
    ///     .common_name("shop.example.com")
    ///     .attribute(AttributeType::Organization, "Shop sp. z o.o.")
    ///     .dns_names(["shop.example.com", "www.shop.example.com"])
    ///     .sign(&key)?;
    /// let form = Form::from_csr(&request.to_pem())?;
    /// assert_eq!(form.subject.organization, "Shop sp. z o.o.");
    /// assert_eq!(form.names.len(), 2);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// That it is no request.
    pub fn from_csr(csr: &str) -> Result<Self, Findings> {
        let mut form = Self { csr: csr.to_owned(), ..Self::default() };
        form.fill_from_csr()?;
        Ok(form)
    }

    /// Fills in what the form's request says and the customer has not filled in. What the customer wrote stays.
    ///
    /// # Errors
    /// That it is no request.
    pub fn fill_from_csr(&mut self) -> Result<(), Findings> {
        if self.csr.trim().is_empty() || self.csr.len() > MAX_CSR_BYTES {
            return Err(request::unreadable(&self.csr));
        }
        let encoded = EncodedRequest::from_paste(&self.csr).map_err(|_| request::unreadable(&self.csr))?;
        let view = encoded.view().map_err(|_| request::unreadable(&self.csr))?;
        for &field in SubjectField::ALL {
            let place = self.subject.value_mut(field);
            if place.trim().is_empty()
                && let Some(text) = said(&view, field)
            {
                *place = text;
            }
        }
        let hosts = view.names().filter_map(|name| match name {
            GeneralName::Dns(host) => Some(NameEntry::from(&*host)),
            _ => None,
        });
        if self.names.is_empty() {
            self.names = hosts.collect();
        }
        Ok(())
    }

    /// Brings the host names to where the form asks for them: a line for each, the common name first, with a tick in the
    /// place of a line for a `www.` form. Forms of products without names lose them.
    pub fn arrange_names(&mut self, kind: ProductKind) {
        if kind != ProductKind::Tls {
            return self.names.clear();
        }
        let first = std::mem::take(&mut self.subject.common_name);
        let is_other = |entry: &NameEntry| !entry.name.trim().eq_ignore_ascii_case(first.trim());
        if !first.trim().is_empty() && self.names.iter().all(is_other) {
            self.names.insert(0, first.into());
        }
        let all: Vec<String> =
            self.names.iter().map(|entry| entry.name.trim().to_ascii_lowercase()).collect();
        let is_there = |name: &str| !name.is_empty() && all.iter().any(|other| other == name);
        let lower = |entry: &NameEntry| entry.name.trim().to_ascii_lowercase();
        self.names.retain(|entry| !lower(entry).strip_prefix("www.").is_some_and(is_there));
        for entry in &mut self.names {
            entry.www |= is_there(&format!("www.{}", lower(entry)));
        }
    }
}

/// What a request says in a field. Of several values, the last and most specific.
fn said(request: &RequestView<'_>, field: SubjectField) -> Option<String> {
    let kind = field.attribute()?;
    let text = request.subject().all(kind).last().and_then(|attribute| attribute.value().ok());
    match text {
        Some(text) => Some(text.trim().to_owned()),
        None if field == SubjectField::Email => request.names().find_map(|name| match name {
            GeneralName::Email(mailbox) => Some(mailbox.trim().to_owned()),
            _ => None,
        }),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use csr_tools::{AttributeType, CertificateRequest, KeyAlgorithm, PrivateKey};

    use super::*;
    use crate::Problem;

    fn csr() -> String {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        CertificateRequest::builder()
            .common_name("shop.example.com")
            .attribute(AttributeType::Organization, "Żółw")
            .attribute(AttributeType::Country, "PL")
            .attribute(AttributeType::SerialNumber, "0000123456")
            .dns_name("www.shop.example.com")
            .email("jan@example.com")
            .sign(&key)
            .unwrap()
            .to_pem()
    }

    #[test]
    fn fills_in_what_the_request_says() {
        let form = Form::from_csr(&csr()).unwrap();
        assert_eq!(form.subject.common_name, "shop.example.com");
        assert_eq!((&*form.subject.organization, &*form.subject.country), ("Żółw", "PL"));
        assert_eq!(form.subject.registration.serial_number, "0000123456");
        assert_eq!(form.subject.email, "jan@example.com");
        assert_eq!(form.names, ["www.shop.example.com".into()]);
        assert_eq!((&*form.subject.surname, &*form.subject.locality), ("", ""));
    }

    #[test]
    fn leaves_what_the_customer_wrote() {
        let mut form = Form { csr: csr(), names: vec!["other.example.com".into()], ..Form::default() };
        form.subject.organization = "ACME".into();
        form.fill_from_csr().unwrap();
        assert_eq!((&*form.subject.organization, &*form.subject.country), ("ACME", "PL"));
        assert_eq!(form.names, ["other.example.com".into()]);
    }

    #[test]
    fn has_a_line_for_each_name_and_a_tick_for_its_www_form() {
        let mut form = Form {
            names: ["www.Example.com", "", "example.com", "a.example.com"].map(Into::into).into(),
            ..Form::default()
        };
        form.subject.common_name = "first.example.com".into();
        form.arrange_names(ProductKind::Tls);
        let lines: Vec<_> = form.names.iter().map(|entry| (&*entry.name, entry.www)).collect();
        let expected =
            [("first.example.com", false), ("", false), ("example.com", true), ("a.example.com", false)];
        assert_eq!(lines, expected);
        assert_eq!(form.subject.common_name, "");
        let again = form.clone();
        form.arrange_names(ProductKind::Tls);
        assert_eq!(form, again);
        form.subject.common_name = "Example.com".into();
        form.arrange_names(ProductKind::Tls);
        assert_eq!(form, again);
        form.arrange_names(ProductKind::Smime);
        assert_eq!(form.names, []);
    }

    #[test]
    fn says_what_is_no_request() {
        let code = |csr: &str| Form::from_csr(csr).unwrap_err().as_slice()[0].code;
        assert_eq!((code(" "), code("nonsense")), (1002, 1078));
        let problem = |csr: &str| Form::from_csr(csr).unwrap_err().as_slice()[0].problem.clone();
        assert!(!matches!(problem(&"-".repeat(MAX_CSR_BYTES)), Problem::RequestTooLong { .. }));
        let csr = csr();
        let padded = |bytes: usize| csr.clone() + &"\n".repeat(bytes - csr.len());
        assert!(Form::from_csr(&padded(MAX_CSR_BYTES)).is_ok());
        assert_eq!(problem(&padded(MAX_CSR_BYTES + 1)), Problem::RequestTooLong { limit: MAX_CSR_BYTES });
    }
}
