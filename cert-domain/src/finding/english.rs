//! The findings in English.

use std::borrow::Cow;

use super::Problem;

pub(super) fn text(problem: &Problem) -> Cow<'_, str> {
    use Problem as P;
    Cow::Borrowed(match problem {
        P::Stated { english, .. } => english,
        P::Missing => "is missing",
        P::TooLong { limit } => return format!("is longer than {limit} characters").into(),
        P::ForbiddenCharacter => "contains one of: \" & ' < > or a control character",
        P::UnknownLanguage => "is neither pl nor en",
        P::Login => "is the account's own login",
        P::NotEmail => "is not an e-mail address",
        P::NotPhone { country } => {
            return format!("is not a phone number, neither with + nor in {country}").into();
        }
        P::UnknownCountry => "is not a country's two letters (ISO 3166-1)",
        P::SaysNothing => "says nothing: leave the field empty, or fill it in",
        P::NotPostalCode => "is not a postal code",
        P::NotTaxNumber => "is not a tax number",
        P::UnknownBusinessCategory => {
            "is none of Private Organization, Government Entity, Business Entity, Non-Commercial Entity"
        }
        P::LocalityOrState => "a locality or a state is needed",
        P::JobTitle => "is needed once an organization is named",
        P::RequestTooLong { limit } => return format!("is longer than {limit} bytes").into(),
        P::KeyNotMade => "the key is to be generated, and has not been yet",
        P::UnknownHash => "is neither RSA-SHA256 nor ECC-SHA256",
        P::DeadHash => "SHA-1 is no longer used: choose RSA-SHA256 or ECC-SHA256",
        P::HashNotTaken => "the product does not have this algorithm",
        P::NameEmpty => "is empty",
        P::NameMalformed => "is not a valid domain name",
        P::WildcardMisplaced => "has a wildcard elsewhere than as its first label",
        P::LabelTooLong => "has a label longer than 63 characters",
        P::SingleLabel => "is not a fully qualified name",
        P::Address => "is an IP address, not a domain name",
        P::PrivateAddress => "is an IP address that nobody owns in public",
        P::ReservedName => "is an internal or reserved name, which nobody can prove to own",
        P::PublicSuffix => "is an ending under which anybody registers domains: it belongs to the registry",
        P::NoNames => "no names are given",
        P::TooManyNames { count, limit } => {
            return format!("{count} names are more than the product's {limit}").into();
        }
        P::TooManyDomains { count, limit } => {
            return format!("{count} domains are more than the {limit} of this offer").into();
        }
        P::OneName => "the product takes one name, with or without its www form",
        P::NoWildcard => "the product takes no wildcard",
        P::WildcardWanted => "the product demands a wildcard, such as *.example.com",
        P::OneWildcard => "the product takes one wildcard",
        P::NoDomainNames => "the product takes no domain names",
        P::CommonNameTooLong { limit } => {
            return format!("is longer than {limit} characters: put a shorter name first").into();
        }
        P::NoMethod => "choose how control of the names is to be proved",
        P::UnknownMethod => {
            "is none of dns, dns-txt, dns-txt-prefix, dns-cname, dns-cname-prefix, file, email, email:<mailbox>"
        }
        P::UnknownMailbox => "is none of admin, administrator, postmaster, hostmaster, webmaster",
        P::FileForWildcard { name } => {
            return format!("a file can't prove the wildcard {name}: choose a DNS record").into();
        }
        P::NotProductCode => "a product code is one to three digits",
        P::UnknownProduct => "no known product has this code",
        P::RenewalCode => "is the code of a renewal, not of a first order",
        P::NoRenewalCode => "the product has no known code for renewals: order anew",
        P::NotHexadecimal => "is not hexadecimal",
        P::OneCertificate => "give the serial number or the certificate, one of the two",
        P::NotCertificate => "is not a certificate in PEM",
        P::OtherCommonName { renewed } => {
            return format!("differs from the renewed certificate's common name, {renewed}").into();
        }
        P::OtherCustomer => "differs from the customer whose certificate is renewed",
        P::NameAlreadyIn => "is in the certificate already",
        P::NamesNotAddable => "no names can be added to certificates of this offer",
        P::UnknownReason => "is not a reason for a revocation",
        P::NotDate => "is not a date of the form YYYY-MM-DD",
        P::DateOutside { first, last } => return format!("is not between {first} and {last}").into(),
        P::DateWithoutCompromise => "is only for keys that were compromised",
        P::UnknownDocumentKind => "is not a known kind of document",
        P::FileNameLength { least, most } => {
            return format!("a file name has {least} to {most} characters").into();
        }
        P::FileNameCharacter => "contains one of: \\ / : * ? \" < > |",
        P::FileTooLarge { mebibytes } => return format!("is larger than {mebibytes} MB").into(),
    })
}
