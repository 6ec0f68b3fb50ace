//! What is said to people: of each thing something else, in each language.

#![expect(clippy::panic, reason = "the lints spare #[test] functions, not their helpers")]

use std::collections::BTreeSet;
use std::fmt::Debug;

use cert_domain::{
    Availability, BillingCycle, BillingMode, BusinessCategory, Country, DocumentKind, HashAlgorithm,
    Language, Mailbox, Mode, OfferProblem, Problem, ProductKind, ProductStatus, RevocationReason, ServerType,
    SetupTrigger, Step, SubjectField, ValidationLevel, VerificationMethod,
};

/// Holds that each has a text of its own in either language, and no text says nothing.
fn tells_apart<T: Debug>(all: &[T], text: impl Fn(&T, Language) -> String) {
    for &language in Language::ALL {
        let mut said = BTreeSet::new();
        for one in all {
            let text = text(one, language);
            if text.trim().is_empty() || !said.insert(text) {
                panic!("{one:?} is told from no other in {language}");
            }
        }
    }
}

#[test]
fn tells_the_choices_of_a_menu_apart() {
    tells_apart(BillingCycle::ALL, |one, language| one.text(language).into());
    tells_apart(BillingMode::ALL, |one, language| one.text(language).into());
    tells_apart(BusinessCategory::ALL, |one, language| one.text(language).into());
    tells_apart(DocumentKind::ALL, |one, language| one.text(language).into());
    tells_apart(&[Mode::Test, Mode::Production], |one, language| one.text(language).into());
    tells_apart(RevocationReason::ALL, |one, language| one.text(language).into());
    tells_apart(ServerType::ALL, |one, language| one.text(language).into());
    tells_apart(SetupTrigger::ALL, |one, language| one.text(language).into());
    tells_apart(Step::ALL, |one, language| one.text(language).into());
    tells_apart(SubjectField::ALL, |one, language| one.text(language).into());
    tells_apart(ValidationLevel::ALL, |one, language| one.text(language).into());
    let mailbox = VerificationMethod::Email(Mailbox::Webmaster);
    tells_apart(&[VerificationMethod::ALL, &[mailbox]].concat(), VerificationMethod::text);
}

#[test]
fn tells_apart_what_products_are() {
    use ProductStatus::{Current, Legacy, Listed, Test};
    tells_apart(&[Current, Listed, Test, Legacy], |one, language| one.text(language).into());
    use Availability::{NotListed, Unasked};
    tells_apart(&[Unasked, Availability::Listed, NotListed], |one, language| one.text(language).into());
    use ProductKind::{CodeSigning, Smime, Tls};
    tells_apart(&[Tls, Smime, CodeSigning], |one, language| one.text(language).into());
}

#[test]
fn tells_problems_apart_and_shows_them_in_english() {
    let problems = [
        Problem::Missing,
        Problem::Login,
        Problem::NotEmail,
        Problem::NotPhone { country: Country::POLAND },
        Problem::TooLong { limit: 64 },
        Problem::TooLong { limit: 255 },
    ];
    tells_apart(&problems, |one, language| one.text(language).into());
    for problem in problems {
        assert_eq!(problem.to_string(), problem.text(Language::English));
    }
    let problems = [OfferProblem::PriceMissing, OfferProblem::PriceZero, OfferProblem::CycleMissing];
    tells_apart(&problems, |one, language| one.text(language).into());
}

#[test]
fn shows_the_words_of_the_ca() {
    for reason in RevocationReason::ALL {
        assert_eq!(reason.to_string(), reason.as_str());
    }
    for algorithm in HashAlgorithm::ALL {
        assert_eq!(algorithm.to_string(), algorithm.as_str());
    }
    for field in SubjectField::ALL {
        assert_eq!(field.to_string(), field.text(Language::English));
    }
}
