//! Distinguished names: which attributes a profile shows, in which order, and how they are encoded and told.

use der::{
    Encode, Tag,
    asn1::{Ia5StringRef, ObjectIdentifier, PrintableStringRef},
    oid::db::{rfc3280, rfc4519},
};

use super::{IssueError, encoding};
use crate::{
    products::{Kind, Level},
    subject::Subject,
};

/// Whose certificates these are.
const CA_ORGANIZATION: &str = "Certum Sandbox";
const CA_COUNTRY: &str = "PL";

/// The longest common name (RFC 5280, appendix A.1).
const MAX_COMMON_NAME: usize = 64;

/// What X.520 sets no limit to.
const UNBOUNDED: usize = usize::MAX;

/// What most organizations are that come with no category (EV Guidelines, 7.1.4.2.3).
const USUAL_CATEGORY: &str = "Private Organization";

/// One kind of attribute.
struct Attribute {
    oid: ObjectIdentifier,
    /// How it is told.
    label: &'static str,
    encoding: Tag,
    /// How many characters it may have.
    longest: usize,
}

const fn text(oid: ObjectIdentifier, label: &'static str, longest: usize) -> Attribute {
    Attribute { oid, label, encoding: Tag::Utf8String, longest }
}

const fn printable(oid: ObjectIdentifier, label: &'static str, longest: usize) -> Attribute {
    Attribute { oid, label, encoding: Tag::PrintableString, longest }
}

const fn oid(dotted: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(dotted)
}

// The lengths are those of RFC 5280, appendix A.1, and of X.520 for what is not there; of the Baseline Requirements,
// 7.1.4.2, for people's names.
const COMMON_NAME: Attribute = text(rfc4519::COMMON_NAME, "CN", MAX_COMMON_NAME);
const SURNAME: Attribute = text(rfc4519::SURNAME, "SN", 64);
const GIVEN_NAME: Attribute = text(rfc4519::GIVEN_NAME, "GN", 64);
const EMAIL: Attribute =
    Attribute { oid: rfc3280::EMAIL_ADDRESS, label: "E", encoding: Tag::Ia5String, longest: 255 };
const ORGANIZATION: Attribute = text(rfc4519::ORGANIZATION_NAME, "O", 64);
const ORGANIZATIONAL_UNIT: Attribute = text(rfc4519::ORGANIZATIONAL_UNIT_NAME, "OU", 64);
const ORGANIZATION_IDENTIFIER: Attribute = text(oid("2.5.4.97"), "organizationIdentifier", UNBOUNDED);
const STREET: Attribute = text(rfc4519::STREET, "STREET", 128);
const LOCALITY: Attribute = text(rfc4519::LOCALITY_NAME, "L", 128);
const STATE: Attribute = text(rfc4519::ST, "ST", 128);
const POSTAL_CODE: Attribute = text(rfc4519::POSTAL_CODE, "postalCode", 40);
const COUNTRY: Attribute = printable(rfc4519::COUNTRY_NAME, "C", 2);
const SERIAL_NUMBER: Attribute = printable(rfc4519::SERIAL_NUMBER, "serialNumber", 64);
const BUSINESS_CATEGORY: Attribute = text(rfc4519::BUSINESS_CATEGORY, "businessCategory", 128);
// EV Guidelines, 7.1.4.2.4.
const JURISDICTION_LOCALITY: Attribute = text(oid("1.3.6.1.4.1.311.60.2.1.1"), "jurisdictionL", 128);
const JURISDICTION_STATE: Attribute = text(oid("1.3.6.1.4.1.311.60.2.1.2"), "jurisdictionST", 128);
const JURISDICTION_COUNTRY: Attribute = printable(oid("1.3.6.1.4.1.311.60.2.1.3"), "jurisdictionC", 2);

/// A name in the making, the broadest attribute first.
#[derive(Default)]
pub(super) struct DistinguishedName(Vec<(Attribute, String)>);

impl DistinguishedName {
    /// The subject of a certificate: of what was ordered, as much as the profile may show.
    ///
    /// What the profile must show and an officer would have looked up in a register (numbers, category and
    /// jurisdiction) is filled in where the order lacks it.
    pub(super) fn of_subscriber(kind: Kind, level: Level, subject: &Subject) -> Self {
        let mut name = Self::default();
        match (kind, level) {
            (Kind::Tls, Level::Domain | Level::Mailbox) => {}
            (Kind::Tls, Level::Individual | Level::Organization) => name.place_and_organization(subject),
            (Kind::Tls | Kind::CodeSigning, Level::Extended) => {
                name.registration(subject);
                name.address(subject);
                name.add(ORGANIZATION, subject.organization.as_deref());
            }
            (Kind::Smime, Level::Domain | Level::Mailbox) => {}
            (Kind::Smime, Level::Individual) => {
                name.place(subject);
                let person = Person::of(subject);
                name.add(SURNAME, person.surname);
                name.add(GIVEN_NAME, person.given_name);
            }
            (Kind::Smime, Level::Organization | Level::Extended) => {
                name.place_and_organization(subject);
                name.add(ORGANIZATION_IDENTIFIER, Some(&organization_identifier(subject)));
                name.add(ORGANIZATIONAL_UNIT, subject.organizational_unit.as_deref());
            }
            (Kind::CodeSigning, _) => {
                name.place(subject);
                // A person's name stands where an organization's would (Code Signing Baseline Requirements,
                // 7.1.4.2.2): users are shown that attribute.
                let organization = given(&subject.organization).unwrap_or(&subject.common_name);
                name.add(ORGANIZATION, Some(organization));
            }
        }
        name.add(COMMON_NAME, common_name(kind, level, subject).as_deref());
        if kind == Kind::Smime {
            name.add(EMAIL, mailbox(subject));
        }
        name
    }

    fn place(&mut self, subject: &Subject) {
        self.add(COUNTRY, subject.country.as_deref());
        self.add(STATE, subject.state.as_deref());
        self.add(LOCALITY, subject.locality.as_deref());
    }

    fn place_and_organization(&mut self, subject: &Subject) {
        self.place(subject);
        self.add(ORGANIZATION, subject.organization.as_deref());
    }

    fn address(&mut self, subject: &Subject) {
        self.place(subject);
        self.add(POSTAL_CODE, subject.postal_code.as_deref());
        self.add(STREET, subject.street_address.as_deref());
    }

    fn registration(&mut self, subject: &Subject) {
        self.add(BUSINESS_CATEGORY, Some(given(&subject.business_category).unwrap_or(USUAL_CATEGORY)));
        let country = given(&subject.jurisdiction_country).or(given(&subject.country));
        self.add(JURISDICTION_COUNTRY, Some(country.unwrap_or(CA_COUNTRY)));
        self.add(JURISDICTION_STATE, subject.jurisdiction_state.as_deref());
        self.add(JURISDICTION_LOCALITY, subject.jurisdiction_locality.as_deref());
        self.add(SERIAL_NUMBER, Some(&register_number(subject)));
    }

    /// Adds what there is to say, as much as fits: the Partner API takes organizations of 255 characters, and a
    /// certificate 64.
    fn add(&mut self, attribute: Attribute, value: Option<&str>) {
        if let Some(value) = value.map(str::trim).filter(|value| !value.is_empty()) {
            let value = shortened(value, attribute.longest).to_owned();
            self.0.push((attribute, value));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// RDNSequence, one attribute to each set (Baseline Requirements, 7.1.4.1).
    pub(super) fn to_der(&self) -> Result<Vec<u8>, IssueError> {
        let mut sets = Vec::with_capacity(self.0.len());
        for (attribute, value) in &self.0 {
            let value = match attribute.encoding {
                Tag::PrintableString => PrintableStringRef::new(value).and_then(|value| value.to_der()),
                Tag::Ia5String => Ia5StringRef::new(value).and_then(|value| value.to_der()),
                _ => value.to_der(),
            };
            // Without the library's words, which don't say where.
            let value =
                value.map_err(|_| IssueError(format!("{} has a character it can't", attribute.label)))?;
            let pair = encoding::sequence(&[&attribute.oid.to_der()?, &value])?;
            sets.push(encoding::wrap(Tag::Set, &[&pair])?);
        }
        Ok(encoding::sequence(&sets.iter().map(Vec::as_slice).collect::<Vec<_>>())?)
    }

    /// As RFC 4514 writes it: the narrowest attribute first.
    pub(super) fn to_text(&self) -> String {
        let told =
            self.0.iter().rev().map(|(attribute, value)| format!("{}={}", attribute.label, escaped(value)));
        told.collect::<Vec<_>>().join(",")
    }
}

/// The name of one of the CA's own certificates.
pub(super) fn of_authority(common_name: &str) -> Result<Vec<u8>, IssueError> {
    let mut name = DistinguishedName::default();
    name.add(COUNTRY, Some(CA_COUNTRY));
    name.add(ORGANIZATION, Some(CA_ORGANIZATION));
    name.add(COMMON_NAME, Some(common_name));
    name.to_der()
}

/// The mailbox that a certificate for mail is about.
pub(super) fn mailbox(subject: &Subject) -> Option<&str> {
    given(&subject.email).or(Some(subject.common_name.as_str()).filter(|name| name.contains('@')))
}

fn common_name(kind: Kind, level: Level, subject: &Subject) -> Option<String> {
    let ordered = subject.common_name.trim();
    let fits = |name: &String| name.chars().count() <= MAX_COMMON_NAME;
    match (kind, level) {
        // A longer one is left out: the names in the extension are what counts.
        (Kind::Tls, _) => Some(ordered.to_owned()).filter(fits),
        (Kind::CodeSigning, _) => Some(ordered.to_owned()),
        // S/MIME Baseline Requirements, 7.1.4.2.2 (a): what the other attributes and the mailbox say, nothing
        // else.
        // Half an address or a name is none.
        (Kind::Smime, Level::Domain | Level::Mailbox) => mailbox(subject).map(str::to_owned).filter(fits),
        (Kind::Smime, _) if mailbox(subject) == Some(ordered) => Some(ordered.to_owned()),
        (Kind::Smime, Level::Individual) => Some(Person::of(subject).full_name()).filter(fits),
        (Kind::Smime, Level::Organization | Level::Extended) => {
            given(&subject.organization).map(str::to_owned)
        }
    }
}

/// A person's name in its two parts.
struct Person<'a> {
    given_name: Option<&'a str>,
    surname: Option<&'a str>,
}

impl<'a> Person<'a> {
    /// Orders of old don't know the parts: then the last word of the common name is the surname.
    fn of(subject: &'a Subject) -> Self {
        let (given_name, surname) = (given(&subject.given_name), given(&subject.surname));
        if given_name.is_some() || surname.is_some() {
            return Self { given_name, surname };
        }
        match subject.common_name.trim().rsplit_once(' ') {
            Some((given_name, surname)) => Self { given_name: Some(given_name), surname: Some(surname) },
            None => Self { given_name: None, surname: Some(&subject.common_name) },
        }
    }

    fn full_name(&self) -> String {
        [self.given_name, self.surname].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// The organization's number in a register, by the scheme of ETSI EN 319 412-1, 5.1.4: of the tax authority
/// where the order names it, or of the register of companies.
fn organization_identifier(subject: &Subject) -> String {
    let country = given(&subject.country).unwrap_or(CA_COUNTRY);
    match given(&subject.tax_number) {
        Some(number) => {
            let digits: String = number.chars().filter(char::is_ascii_alphanumeric).collect();
            format!("VAT{country}-{}", digits.strip_prefix(country).unwrap_or(&digits))
        }
        None => format!("NTR{country}-{}", register_number(subject)),
    }
}

/// The number in the register of companies; one made up from the organization's name where none was given.
fn register_number(subject: &Subject) -> String {
    if let Some(number) = given(&subject.serial_number) {
        return number.to_owned();
    }
    // FNV-1a, to ten digits, as Polish registers have them.
    let name = given(&subject.organization).unwrap_or(&subject.common_name);
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{:010}", hash % 10_000_000_000)
}

/// As much of a text as so many characters hold.
fn shortened(value: &str, longest: usize) -> &str {
    let end = value.char_indices().nth(longest).map_or(value.len(), |(end, _)| end);
    value.get(..end).unwrap_or(value).trim_end()
}

fn given(value: &Option<String>) -> Option<&str> {
    value.as_deref().map(str::trim).filter(|value| !value.is_empty())
}

/// RFC 4514, section 2.4.
fn escaped(value: &str) -> String {
    let last = value.chars().count().saturating_sub(1);
    let mut out = String::with_capacity(value.len());
    for (index, character) in value.chars().enumerate() {
        let special = matches!(character, '"' | '+' | ',' | ';' | '<' | '>' | '\\')
            || (character == ' ' && (index == 0 || index == last))
            || (character == '#' && index == 0);
        if special {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that can be said about somebody.
    fn talkative() -> Subject {
        let some = |text: &str| Some(text.to_owned());
        Subject {
            common_name: "shop.example".to_owned(),
            email: some("jan@shop.example"),
            given_name: some("Jan"),
            surname: some("Kowalski"),
            organization: some("Żółw, Sp. z o.o."),
            organizational_unit: some("IT"),
            street_address: some("Długa 1"),
            locality: some("Szczecin"),
            state: some("zachodniopomorskie"),
            postal_code: some("70-001"),
            country: some("PL"),
            serial_number: some("0000123456"),
            tax_number: some("PL 123-456-78-90"),
            business_category: some("Private Organization"),
            jurisdiction_locality: None,
            jurisdiction_state: None,
            jurisdiction_country: some("PL"),
        }
    }

    fn told(kind: Kind, level: Level, subject: &Subject) -> String {
        DistinguishedName::of_subscriber(kind, level, subject).to_text()
    }

    #[test]
    fn shows_what_the_profile_may_show_and_nothing_else() {
        let subject = talkative();
        let place = "L=Szczecin,ST=zachodniopomorskie,C=PL";
        let company = "O=Żółw\\, Sp. z o.o.";
        for (kind, level, expected) in [
            (Kind::Tls, Level::Domain, "CN=shop.example".to_owned()),
            (Kind::Tls, Level::Organization, format!("CN=shop.example,{company},{place}")),
            (
                Kind::Tls,
                Level::Extended,
                format!(
                    "CN=shop.example,{company},STREET=Długa 1,postalCode=70-001,{place},serialNumber=0000123456,\
                     jurisdictionC=PL,businessCategory=Private Organization"
                ),
            ),
            (Kind::Smime, Level::Mailbox, "E=jan@shop.example,CN=jan@shop.example".to_owned()),
            (
                Kind::Smime,
                Level::Individual,
                format!("E=jan@shop.example,CN=Jan Kowalski,GN=Jan,SN=Kowalski,{place}"),
            ),
            (
                Kind::Smime,
                Level::Organization,
                format!(
                    "E=jan@shop.example,CN=Żółw\\, Sp. z o.o.,OU=IT,organizationIdentifier=VATPL-1234567890,\
                     {company},{place}"
                ),
            ),
            (Kind::CodeSigning, Level::Organization, format!("CN=shop.example,{company},{place}")),
        ] {
            assert_eq!(told(kind, level, &subject), expected, "{kind:?} {level:?}");
        }
    }

    #[test]
    fn fills_in_what_an_officer_looks_up_and_always_the_same() {
        let subject = Subject {
            common_name: "shop.example".to_owned(),
            organization: Some("Shop".to_owned()),
            country: Some("DE".to_owned()),
            ..Subject::default()
        };
        let extended = told(Kind::Tls, Level::Extended, &subject);
        assert!(extended.contains("jurisdictionC=DE,businessCategory=Private Organization"), "{extended}");
        let number = register_number(&subject);
        assert!(number.len() == 10 && extended.contains(&format!("serialNumber={number}")), "{extended}");
        assert_eq!(organization_identifier(&subject), format!("NTRDE-{number}"));
    }

    #[test]
    fn takes_a_person_apart_who_came_in_one_piece() {
        let person = |name: &str| {
            let subject = Subject { email: Some("x@y.example".to_owned()), ..Subject::of_host(name) };
            told(Kind::Smime, Level::Individual, &subject)
        };
        assert_eq!(
            person("Jan Maria Kowalski"),
            "E=x@y.example,CN=Jan Maria Kowalski,GN=Jan Maria,SN=Kowalski"
        );
        assert_eq!(person("Kowalski"), "E=x@y.example,CN=Kowalski,SN=Kowalski");
    }

    #[test]
    fn leaves_out_a_host_name_that_does_not_fit() {
        let long = format!("{}.example.com", "a".repeat(60));
        assert!(
            DistinguishedName::of_subscriber(Kind::Tls, Level::Domain, &Subject::of_host(&long)).is_empty()
        );
    }

    #[test]
    fn shortens_what_is_too_long_for_a_certificate_between_two_characters() {
        let long = "ż".repeat(255);
        let mut subject = Subject { organization: Some(long.clone()), surname: Some(long), ..talkative() };
        let o = "ż".repeat(64);
        let shown = told(Kind::Tls, Level::Organization, &subject);
        assert!(shown.contains(&format!(",O={o},")), "{shown}");
        let shown = told(Kind::Smime, Level::Organization, &subject);
        assert!(shown.contains(&format!("CN={o},")) && shown.contains(&format!(",O={o},")), "{shown}");
        let shown = told(Kind::Smime, Level::Individual, &subject);
        assert!(shown.starts_with(&format!("E=jan@shop.example,GN=Jan,SN={o},")), "{shown}");
        subject.email = Some(format!("{}@shop.example", "a".repeat(64)));
        assert!(!told(Kind::Smime, Level::Mailbox, &subject).contains("CN="));
        assert_eq!(shortened("ab cd", 3), "ab");
    }

    #[test]
    fn says_which_attribute_cannot_be_encoded() {
        let subject = Subject { country: Some("Ł".to_owned()), ..Subject::of_host("a.example") };
        let name = DistinguishedName::of_subscriber(Kind::Tls, Level::Organization, &subject);
        assert_eq!(name.to_der().unwrap_err().to_string(), "C has a character it can't");
    }

    #[test]
    fn escapes_what_would_be_read_as_syntax() {
        assert_eq!(escaped("#a+b #, c\\"), "\\#a\\+b #\\, c\\\\");
        assert_eq!(escaped(" a "), "\\ a\\ ");
    }
}
