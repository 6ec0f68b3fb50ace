//! What holds of names, forms and plans, whatever they are.

#![expect(clippy::unwrap_used, reason = "the lints spare #[test] functions, not their helpers")]

use std::sync::LazyLock;

use cert_domain::{
    Calendar, Catalogue, ContactForm, DnsName, Form, HashAlgorithm, NameEntry, NameRule, NameSet, Offer,
    PaidThrough, ProductKind, Term, Threshold, VerificationMethod, WindowPolicy, plan_reissues,
};
use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

const ANY: NameRule = NameRule::Multi { limit: None };

fn host() -> impl Strategy<Value = String> {
    "(\\*\\.)?([a-zżł][a-z0-9]{0,6}\\.){0,3}[a-z]{1,8}\\.(pl|com|de)"
}

fn plain_host() -> impl Strategy<Value = String> {
    "([a-z]{1,3}\\.){1,3}(pl|com)"
}

fn policy() -> impl Strategy<Value = WindowPolicy> {
    let threshold =
        prop_oneof![(0..1000_u16).prop_map(Threshold::Share), (0..120_u16).prop_map(Threshold::Days)];
    threshold.prop_map(|begin| WindowPolicy::default().begin_at(begin))
}

/// A request, and an offer of a product that takes any number of names.
static REQUEST: LazyLock<(String, Offer)> = LazyLock::new(|| {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let request = CertificateRequest::builder().common_name("shop.example.com").sign(&key).unwrap();
    let product = Catalogue::built_in().product(&"931".parse().unwrap()).unwrap();
    (request.to_pem(), Offer::new(product.clone(), VerificationMethod::DnsTxt).unwrap())
});

fn form() -> impl Strategy<Value = Form> {
    let names = prop::collection::vec((plain_host(), any::<bool>()), 0..5);
    let method = prop::sample::select(VerificationMethod::ALL);
    let phone = "(\\+48|00|0)?[1-9][0-9 -]{6,9}";
    let choices = (prop::option::of(method), prop::option::of(any::<bool>()), any::<bool>());
    (names, choices, phone, "PL|DE|US|").prop_map(|(names, (method, send_messages, ecc), phone, country)| {
        Form {
            csr: REQUEST.0.clone(),
            names: names.into_iter().map(|(name, www)| NameEntry { name, www }).collect(),
            method,
            send_messages,
            hash_algorithm: ecc.then_some(HashAlgorithm::EccSha256),
            contact: ContactForm {
                first_name: " Jan ".into(),
                last_name: "Nowak".into(),
                email: "jan@example.com".into(),
                phone,
            },
            phone_country: country,
            ..Form::default()
        }
    })
}

fn day() -> impl Strategy<Value = Date> {
    (0..4000_i32).prop_map(|days| date(2025, 1, 1).saturating_add(days.days()))
}

proptest! {
    /// What was read once reads the same again, and comes back from the form that people see.
    #[test]
    fn a_name_is_read_the_same_however_it_is_shown(text in host()) {
        let name: DnsName = text.parse().unwrap();
        prop_assert!(name.as_str().is_ascii());
        prop_assert_eq!(&name.as_str().parse::<DnsName>().unwrap(), &name);
        prop_assert_eq!(&name.unicode().parse::<DnsName>().unwrap(), &name);
        prop_assert_eq!(&text.to_uppercase().parse::<DnsName>().unwrap(), &name);
    }

    /// Nothing that anybody types makes reading a name fail otherwise than with an error.
    #[test]
    fn any_text_is_a_name_or_none(text in "\\PC{0,80}") {
        if let Ok(name) = text.parse::<DnsName>() {
            prop_assert!(name.as_str().len() <= 253);
            prop_assert!(name.base().split('.').all(|label| (1..=63).contains(&label.len())));
        }
    }

    /// A set has each name once, the first in front, and a `www.` form for each name that wants one.
    #[test]
    fn a_set_has_each_name_once(names in prop::collection::vec((plain_host(), any::<bool>()), 1..8)) {
        let entries: Vec<_> = names.iter().map(|(name, www)| NameEntry { name: name.clone(), www: *www }).collect();
        let Ok(set) = NameSet::from_form("", &entries, ANY) else { return Ok(()) };
        let mut once = set.as_slice().to_vec();
        once.sort();
        once.dedup();
        prop_assert_eq!(once.len(), set.as_slice().len());
        prop_assert_eq!(set.common_name().as_str(), names[0].0.as_str());
        for (name, www) in &names {
            prop_assert!(set.contains(&name.parse().unwrap()));
            let twin: DnsName = format!("www.{name}").parse().unwrap();
            prop_assert!(!www || name.starts_with("www.") || set.contains(&twin));
        }
    }

    /// What changes from one set to another turns the one into the other.
    #[test]
    fn a_change_leads_from_set_to_set(
        old in prop::collection::vec(plain_host(), 1..6),
        new in prop::collection::vec(plain_host(), 1..6),
    ) {
        let (Ok(old), Ok(new)) = (NameSet::check(&old, ANY), NameSet::check(&new, ANY)) else { return Ok(()) };
        let change = old.change_to(&new);
        let sorted = |names: &mut Vec<DnsName>| names.sort();
        let (mut before, mut after) = (old.as_slice().to_vec(), new.as_slice().to_vec());
        let mut undone = [change.kept.clone(), change.removed.clone()].concat();
        let mut done = [change.kept.clone(), change.added.clone()].concat();
        for names in [&mut before, &mut after, &mut undone, &mut done] {
            sorted(names);
        }
        prop_assert_eq!(before, undone);
        prop_assert_eq!(after, done);
        prop_assert_eq!(change.is_empty(), old.change_to(&new).added.is_empty() && change.removed.is_empty());
        prop_assert!(old.change_to(&old).is_empty());
    }

    /// The form that a configuration tells comes to the configuration that it was told by.
    #[test]
    fn a_configuration_comes_back_from_its_form(form in form()) {
        let offer = &REQUEST.1;
        let Ok(configuration) = offer.check(&form) else { return Ok(()) };
        let again = offer.check(&configuration.to_form());
        prop_assert_eq!(again.unwrap(), configuration);
    }

    /// A proof covers the name that it was given for, if it can be given at all; and only a file covers nothing else.
    #[test]
    fn a_proof_covers_its_own_name(name in host(), below in "[a-z]{1,5}") {
        let name: DnsName = name.parse().unwrap();
        let lower: DnsName = format!("{below}.{}", name.base()).parse().unwrap();
        for method in VerificationMethod::ALL {
            prop_assert_eq!(method.covers(&name, &name), method.can_prove(&name));
            prop_assert_eq!(method.covers(&name, &lower), *method != VerificationMethod::File);
            prop_assert!(!method.covers(&lower, &name));
        }
    }

    /// At every day of a paid term there is a certificate, none is longer than allowed, and each successor is begun
    /// and due before its predecessor ends, with days between the two.
    #[test]
    fn a_plan_covers_the_paid_term(from in day(), months in 1..40_u16, policy in policy()) {
        let calendar = Calendar::public_trust();
        let paid = PaidThrough::first(from, Term::Months(months));
        let plan = plan_reissues(ProductKind::Tls, from, paid, &calendar, policy);
        let allowed = |issued: Date| {
            issued.saturating_add(i32::from(calendar.certificate_days(ProductKind::Tls, issued)).days()).yesterday().unwrap()
        };
        let mut issued = from;
        let mut last_day = allowed(from).min(paid.date());
        for reissue in &plan {
            prop_assert_eq!(reissue.replaces_until, last_day);
            prop_assert!(issued < reissue.begin_on || issued == reissue.begin_on && last_day == issued);
            prop_assert!(reissue.begin_on <= reissue.due_by && reissue.due_by <= last_day);
            if last_day.since(issued).unwrap().get_days() > 30 {
                prop_assert!(reissue.due_by.since(reissue.begin_on).unwrap().get_days() >= 6, "{:?}", reissue);
            }
            prop_assert!(reissue.expected_last_day > last_day);
            prop_assert!(reissue.expected_last_day <= allowed(reissue.begin_on));
            (issued, last_day) = (reissue.begin_on, reissue.expected_last_day);
        }
        prop_assert_eq!(last_day, paid.date());
    }

    /// A check is never relied on longer than the rules of the day of issue allow.
    #[test]
    fn a_domain_check_is_never_too_old(checked in day()) {
        let calendar = Calendar::public_trust();
        let last = calendar.domain_check_lasts(ProductKind::Tls, checked);
        let age = |on: Date| on.since(checked).unwrap().get_days();
        let allowed = |on: Date| i32::from(calendar.on(ProductKind::Tls, on).domain_check_days);
        prop_assert!(age(last) <= allowed(last));
        let next = last.tomorrow().unwrap();
        prop_assert!(age(next) > allowed(next));
    }

    /// A term that follows another begins on the day after it.
    #[test]
    fn payments_follow_each_other_without_a_gap(from in day(), months in 1..37_u16) {
        let term = Term::Months(months);
        let first = PaidThrough::first(from, term);
        let second = first.extended(term, from);
        prop_assert_eq!(second, PaidThrough::first(first.date().tomorrow().unwrap(), term));
        prop_assert!(second > first);
    }
}
