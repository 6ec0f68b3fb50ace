use super::*;

fn codes(names: &[&str], rule: NameRule) -> Vec<u32> {
    match NameSet::check(names, rule) {
        Ok(_) => Vec::new(),
        Err(findings) => findings.as_slice().iter().map(|finding| finding.code).collect(),
    }
}

const MULTI: NameRule = NameRule::Multi { limit: Some(2) };

#[test]
fn takes_what_the_product_takes() {
    assert_eq!(codes(&["example.com"], NameRule::Single), [0u32; 0]);
    assert_eq!(codes(&["example.com", "www.example.com"], NameRule::Single), [0u32; 0]);
    assert_eq!(codes(&["www.example.com", "example.com"], NameRule::Single), [0u32; 0]);
    assert_eq!(codes(&["*.example.com"], NameRule::Wildcard), [0u32; 0]);
    assert_eq!(codes(&["example.com", "*.example.com"], NameRule::Wildcard), [0u32; 0]);
    assert_eq!(codes(&["a.example.com", "b.example.org", "A.example.com"], MULTI), [0u32; 0]);
}

#[test]
fn refuses_what_the_product_does_not_take() {
    assert_eq!(codes(&[], NameRule::Single), [1007]);
    assert_eq!(codes(&["example.com", "shop.example.com"], NameRule::Single), [1107]);
    assert_eq!(codes(&["*.example.com"], NameRule::Single), [1115]);
    assert_eq!(codes(&["example.com"], NameRule::Wildcard), [1118]);
    assert_eq!(codes(&["*.example.com", "*.example.org"], NameRule::Wildcard), [1046]);
    assert_eq!(codes(&["*.example.com", "www.example.com"], NameRule::Wildcard), [1118]);
    assert_eq!(codes(&["*.example.com", "a.example.com"], MULTI), [1115]);
    assert_eq!(codes(&["a.example.com", "b.example.com", "c.example.com"], MULTI), [1107]);
    assert_eq!(codes(&["example.com"], NameRule::None), [2163]);
    assert_eq!(codes(&[&format!("{}.example.com", "a".repeat(60))], NameRule::Single), [1101]);
}

#[test]
fn takes_the_longest_common_name_that_a_subject_can_hold() {
    let name = format!("{}.example.com", "a".repeat(NameSet::MAX_COMMON_NAME - ".example.com".len()));
    assert_eq!(codes(&[&name], NameRule::Single), [0u32; 0]);
    assert_eq!(codes(&[&format!("a{name}")], NameRule::Single), [1101]);
}

#[test]
fn makes_the_wildcard_the_common_name_wherever_it_stands() {
    let set = NameSet::check(&["example.com", "*.example.com"], NameRule::Wildcard).unwrap();
    assert_eq!(set.common_name().as_str(), "*.example.com");
}

#[test]
fn looks_at_no_more_names_than_anybody_can_order() {
    let names: Vec<_> = (0..=NameSet::MAX_NAMES).map(|number| format!("h{number}.example.com")).collect();
    let rule = NameRule::Multi { limit: None };
    assert!(NameSet::check(&names[1..], rule).is_ok());
    assert_eq!(NameSet::check(&names, rule).unwrap_err().as_slice()[0].code, 1107);
}

#[test]
fn reports_everything_at_once() {
    assert_eq!(codes(&["a b.example.com", "", "a.example.com", "*.example.com"], MULTI), [1008, 2095, 1115]);
}

#[test]
fn compares_names_whatever_their_order_and_case() {
    let set = NameSet::check(&["a.example.com", "b.example.com"], MULTI).unwrap();
    assert_eq!(
        set.missing_from(&["B.example.com", "a.example.com", "c.example.com"]),
        Vec::<&DnsName>::new()
    );
    assert_eq!(set.missing_from(&["a.example.com"]), [&set.as_slice()[1]]);
}

#[test]
fn implies_what_a_ca_may_add_and_nothing_else() {
    let single = NameSet::check(&["www.example.com"], NameRule::Single).unwrap();
    assert!(single.implies("www.example.com") && single.implies("Example.com"));
    assert!(!single.implies("mail.example.com") && !single.implies("*.example.com"));
    let wildcard = NameSet::check(&["*.example.com"], NameRule::Wildcard).unwrap();
    assert!(wildcard.implies("example.com") && !wildcard.implies("www.example.com"));
}

fn entry(name: &str, www: bool) -> NameEntry {
    NameEntry { name: name.into(), www }
}

fn form_names(common_name: &str, entries: &[NameEntry], limits: NameLimits) -> Result<Vec<String>, Vec<u32>> {
    NameSet::from_form(common_name, entries, limits)
        .map(|set| set.as_slice().iter().map(ToString::to_string).collect())
        .map_err(|findings| findings.into_iter().map(|finding| finding.code).collect())
}

#[test]
fn puts_www_before_names_that_have_none_and_passes_over_blank_lines() {
    let entries = [entry("Example.com", true), entry(" ", true), entry("www.example.org", true)];
    let names = ["example.com", "www.example.com", "www.example.org"].map(String::from);
    assert_eq!(form_names("example.com", &entries, NameLimits::new(MULTI3, None)), Ok(names.to_vec()));
    let wildcard = form_names("", &[entry("*.example.com", true)], NameRule::Wildcard.into());
    assert_eq!(wildcard, Ok(vec!["*.example.com".into()]));
}

const MULTI3: NameRule = NameRule::Multi { limit: Some(3) };

#[test]
fn counts_a_name_and_its_www_form_as_one_domain_of_the_offer() {
    let limits = |domains| NameLimits::new(MULTI3, Some(domains));
    let entries = [entry("example.com", true), entry("example.org", false)];
    assert!(form_names("", &entries, limits(2)).is_ok());
    assert_eq!(form_names("", &entries, limits(1)), Err(vec![1107]));
    let strangers = [entry("www.example.org", false), entry("example.com", false)];
    assert_eq!(form_names("", &strangers, limits(1)), Err(vec![1107]));
}

#[test]
fn tells_what_is_wrong_with_a_common_name_apart_from_the_others() {
    assert_eq!(form_names("*.example.com", &[], NameRule::Single.into()), Err(vec![1116, 1115]));
    assert_eq!(form_names("shop.example.com", &[], NameRule::Wildcard.into()), Err(vec![1117, 1118]));
    assert_eq!(form_names("shop", &["example.com".into()], NameRule::Single.into()), Err(vec![2051, 1008]));
    let base = form_names("example.com", &["*.example.com".into()], NameRule::Wildcard.into());
    assert_eq!(base, Ok(vec!["*.example.com".into(), "example.com".into()]));
}

#[test]
fn refuses_names_that_nobody_owns() {
    assert_eq!(codes(&["shop.local"], NameRule::Single), [1008]);
    assert_eq!(codes(&["co.uk"], NameRule::Single), [1157]);
    assert_eq!(codes(&["192.168.1.1"], NameRule::Single), [1148]);
    assert_eq!(codes(&["9.9.9.9"], NameRule::Single), [1008]);
}

#[test]
fn tells_what_changes_between_two_sets() {
    let set = |names: &[&str]| NameSet::check(names, NameRule::Multi { limit: None }).unwrap();
    let change =
        set(&["a.example.com", "b.example.com"]).change_to(&set(&["B.example.com", "c.example.com"]));
    let text = |names: &[DnsName]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(text(&change.added), ["c.example.com"]);
    assert_eq!(text(&change.removed), ["a.example.com"]);
    assert_eq!(text(&change.kept), ["b.example.com"]);
    let one = set(&["a.example.com"]);
    let both = set(&["a.example.com", "b.example.com"]);
    assert!(!change.is_empty() && !one.change_to(&both).is_empty() && !both.change_to(&one).is_empty());
    assert!(
        set(&["a.example.com", "b.example.com"])
            .change_to(&set(&["b.example.com", "a.example.com"]))
            .is_empty()
    );
}

#[test]
fn adds_names_that_are_new_and_fit() {
    let set = NameSet::check(&["a.example.com"], MULTI).unwrap();
    let codes = |added: &[&str]| -> Vec<u32> {
        let findings = set.with_added(added, MULTI).err().unwrap_or_default();
        findings.into_iter().map(|finding| finding.code).collect()
    };
    assert_eq!(codes(&["b.example.com"]), [0u32; 0]);
    assert_eq!(codes(&["A.example.com"]), [2130]);
    assert_eq!(codes(&["b.example.com", "c.example.com"]), [1107]);
}

#[test]
fn finds_the_topmost_names() {
    let top = |names: &[&str]| {
        let set = NameSet::check(names, NameRule::Multi { limit: None }).unwrap();
        set.topmost().map(|name| name.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(top(&["www.example.com", "example.com", "example.org"]), ["example.com", "example.org"]);
    assert_eq!(top(&["a.example.com", "b.example.com"]), ["a.example.com", "b.example.com"]);
    let wildcard = NameSet::check(&["example.com", "*.example.com"], NameRule::Wildcard).unwrap();
    assert_eq!(wildcard.topmost().map(DnsName::as_str).collect::<Vec<_>>(), ["*.example.com"]);
}

#[test]
fn is_never_empty_even_when_read_back() {
    assert!(serde_json::from_str::<NameSet>("[]").is_err());
    assert!(serde_json::from_str::<NameSet>("[\"a.example.com\"]").is_ok());
    assert!(serde_json::from_str::<NameSet>("[\"no name\"]").is_err());
}

#[test]
fn keeps_those_of_interest_in_their_order() {
    let set =
        NameSet::check(&["a.example.com", "b.example.com", "c.example.com"], NameRule::Multi { limit: None })
            .unwrap();
    let kept = set.filter(|name| name.as_str() != "b.example.com").unwrap();
    assert_eq!(
        kept.as_slice().iter().map(DnsName::as_str).collect::<Vec<_>>(),
        ["a.example.com", "c.example.com"]
    );
    assert_eq!(set.filter(|_| false), None);
}
