//! Reads forms, as browsers send them and as programs do, and checks them against offers. What is read survives being
//! stored, and what is wrong with it is said in both languages.
#![no_main]

use std::fmt::Debug;
use std::sync::LazyLock;

use cert_domain::{
    Configuration, Fields, Findings, Form, Language, Offer, OfferForm, Predecessor, ReissueForm, RenewalForm,
    RevocationForm, Step, fill,
};
use libfuzzer_sys::fuzz_target;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Products of each kind and rule for names.
static OFFERS: LazyLock<Vec<Offer>> =
    LazyLock::new(|| ["601", "741", "931", "641", "731"].map(|code| Offer::usual(code).unwrap()).into());

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else { return };
    if let Some(form) = read::<Form>(text) {
        for offer in &*OFFERS {
            if let Ok(configuration) = told(offer.check(&form)) {
                let stored = serde_json::to_string(&configuration).unwrap();
                assert_eq!(serde_json::from_str::<Configuration>(&stored).unwrap(), configuration);
                let predecessor = Predecessor::of(&configuration, &"customer-7".parse().unwrap());
                follow(text, offer, &predecessor);
            }
            for &step in Step::ALL {
                let _ = told(offer.check_step(&form, step));
            }
        }
        let _ = told(Form::from_csr(&form.csr));
    }
    if let Some(form) = read::<OfferForm>(text)
        && let Err(error) = form.check(cert_domain::Catalogue::built_in())
    {
        assert!(!error.problems().is_empty());
    }
    if let Some(form) = read::<RevocationForm>(text) {
        let day = "2026-11-22".parse().unwrap();
        let _ = told(form.check(day, day));
    }
});

/// What follows an order.
fn follow(text: &str, offer: &Offer, before: &Predecessor) {
    if let Some(form) = read::<RenewalForm>(text) {
        let _ = told(form.check(offer, &before.customer, before));
    }
    if let Some(form) = read::<ReissueForm>(text) {
        let _ = told(form.check(offer, before));
    }
}

/// A form in JSON, or in lines of a field's name and its value.
fn read<T: Serialize + DeserializeOwned + Default + Debug + PartialEq>(text: &str) -> Option<T> {
    let fields = || {
        let lines = text.lines().filter_map(|line| line.split_once('='));
        let fields = Fields::new(lines.map(|(name, value)| (name.to_owned(), value.to_owned()))).ok()?;
        let value = fields.value().ok()?;
        let _ = fill(&T::default(), value);
        fields.form().ok()
    };
    let form: T = serde_json::from_str(text).ok().or_else(fields)?;
    let stored = serde_json::to_value(&form).unwrap();
    assert_eq!(serde_json::from_value::<T>(stored.clone()).unwrap(), form);
    assert_eq!(fill(&form, stored).unwrap(), form);
    Some(form)
}

fn told<T>(outcome: Result<T, Findings>) -> Result<T, ()> {
    outcome.map_err(|findings| {
        assert!(!findings.is_empty());
        for finding in findings {
            assert!(Language::ALL.iter().all(|language| !finding.text(*language).is_empty()));
            let _ = (finding.form_field(), Form::default().place_of(&finding));
        }
    })
}
