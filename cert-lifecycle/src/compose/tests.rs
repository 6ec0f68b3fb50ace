//! What people are told, in both languages.

use std::collections::HashSet;

use cert_domain::{Instruction, ServerType};
use csr_tools::Certificate;

use super::*;
use crate::notice::samples;
use crate::{CertificateStanding, CheckKind, Course, Proof, StateKind};

const AUDIENCES: [Audience; 3] = [Audience::Customer, Audience::Reseller, Audience::Authority];
const TOKEN: &str = "a5a5a5";

fn texts() -> StandardTexts {
    let texts = StandardTexts::new("Hosting Żółw").mailbox("staff@example.com");
    let texts = texts.reply_to("help@example.com").unwrap();
    let texts = texts.form_link("https://panel.example.com/ssl/{service}?token={token}").unwrap();
    texts.service_link("https://panel.example.com/ssl/{service}").unwrap()
}

fn id() -> DeliveryId {
    "0193a5c0.2.0".parse().unwrap()
}

fn composed(notice: &Notice) -> Message {
    texts().compose(id(), notice, &samples::service(ServerType::Nginx)).expect("a message")
}

fn to(audience: Audience, language: Language, kind: NoticeKind) -> Notice {
    Notice { audience, language, ..samples::notice(kind) }
}

/// The text of a message in each language.
fn told(audience: Audience, kind: &NoticeKind) -> [String; 2] {
    [Language::English, Language::Polish].map(|language| composed(&to(audience, language, kind.clone())).text)
}

/// The kinds that people are told of.
fn kinds() -> impl Iterator<Item = NoticeKind> {
    samples::kinds().into_iter().filter(|kind| !kind.is_for_programs())
}

/// The dates in a kind of notice, as a letter has to show them.
fn dates(kind: &NoticeKind) -> Vec<String> {
    let stored = serde_json::to_value(kind).unwrap();
    let texts = stored.as_object().unwrap().values().filter_map(|value| value.as_str());
    let shown = texts.filter_map(|text| match text.parse::<Timestamp>() {
        Ok(at) => Some(moment(at)),
        Err(_) => text.parse::<jiff::civil::Date>().ok().map(|date| date.to_string()),
    });
    shown.collect()
}

#[test]
fn says_what_happened_to_which_certificate_and_when_to_everybody_in_both_languages() {
    for kind in kinds() {
        for audience in AUDIENCES {
            let [english, polish] = [Language::English, Language::Polish].map(|language| {
                let notice = to(audience, language, kind.clone());
                let message = composed(&notice);
                let serial_number = notice.serial_number.unwrap();
                let mut wanted =
                    vec!["shop.example.com", "Commercial SSL", &serial_number, "2026-11-21 12:00 UTC"];
                wanted.push("Hosting Żółw");
                let dates = dates(&kind);
                wanted.extend(dates.iter().map(String::as_str));
                let html = message.html.as_deref().unwrap();
                for wanted in wanted {
                    assert!(message.text.contains(wanted), "no {wanted} in {}", message.text);
                    assert!(html.contains(wanted), "no {wanted} in {html}");
                }
                assert!(message.subject.contains("shop.example.com"), "{}", message.subject);
                assert_eq!(message.id, id());
                let named = Header::new(StandardTexts::KIND_HEADER, kind.name()).unwrap();
                assert!(message.headers.contains(&named));
                let (customer, staff) = ("jan@example.com", "staff@example.com");
                let recipient = if audience == Audience::Customer { customer } else { staff };
                assert_eq!(message.recipient, recipient);
                message
            });
            assert_ne!(english.subject, polish.subject);
            // But for the signature and the data, no line is the same.
            let lines = |message: &Message| -> HashSet<String> {
                message.text.lines().filter(|line| line.ends_with('.')).map(str::to_owned).collect()
            };
            assert!(lines(&english).is_disjoint(&lines(&polish)), "{}\n{}", english.text, polish.text);
            assert!(
                polish.html.unwrap().contains("lang=\"pl\"") && english.html.unwrap().contains("lang=\"en\"")
            );
        }
    }
}

#[test]
fn tells_kinds_apart_by_their_subjects() {
    for language in Language::ALL {
        let mut subjects = std::collections::HashMap::new();
        for kind in kinds() {
            let subject = composed(&to(Audience::Customer, *language, kind.clone())).subject;
            let first = subjects.entry(subject.clone()).or_insert(kind.name());
            assert_eq!(*first, kind.name(), "{subject}");
        }
    }
}

#[test]
fn tells_customers_and_the_reseller_who_has_to_act() {
    for kind in kinds() {
        let [customer, reseller] =
            [Audience::Customer, Audience::Reseller].map(|audience| told(audience, &kind));
        for (customer, reseller) in customer.iter().zip(&reseller) {
            let action = |text: &str, rows: &str| {
                let before = text.split(rows).next().unwrap().trim_end();
                before.rsplit("\n\n").next().unwrap().to_owned()
            };
            let rows = if customer.contains("Produkt:") { "Produkt:" } else { "Product:" };
            assert_ne!(action(customer, rows), action(reseller, rows));
            assert!(!customer.contains("customer-7") && reseller.contains("customer-7"));
        }
    }
    for who in AUDIENCES {
        let since = samples::at("2026-11-07T00:00:00Z");
        let [english, polish] = told(Audience::Customer, &NoticeKind::Stuck { who, since });
        let (in_english, in_polish) = match who {
            Audience::Customer => ("is yours", "do Ciebie"),
            Audience::Reseller => ("is ours", "do nas"),
            Audience::Authority => ("waiting for the certificate authority", "Czekamy na urząd"),
        };
        assert!(english.contains(in_english) && polish.contains(in_polish), "{english}\n{polish}");
    }
}

#[test]
fn names_the_product_while_there_is_no_common_name() {
    for language in Language::ALL {
        let notice = to(Audience::Customer, *language, samples::configuration_link());
        let message = composed(&Notice { common_name: None, serial_number: None, ..notice });
        assert!(message.subject.contains("„Commercial SSL”") || message.subject.contains("“Commercial SSL”"));
        assert!(!message.text.contains("Numer seryjny") && !message.text.contains("Serial number"));
    }
}

#[test]
fn gives_the_token_to_the_customer_alone() {
    let link = "https://panel.example.com/ssl/0193a5c0-0000-7000-8000-000000000007?token=a5a5a5";
    for kind in kinds() {
        for audience in AUDIENCES {
            let is_theirs = audience == Audience::Customer && kind == samples::configuration_link();
            for language in Language::ALL {
                let notice = to(audience, *language, kind.clone());
                let message = composed(&notice);
                let whole = serde_json::to_string(&message).unwrap();
                assert_eq!(whole.contains(TOKEN), is_theirs, "{whole}");
                assert_eq!(message.text.contains(link), is_theirs);
                assert!(!format!("{message:?}{notice:?}").contains(TOKEN));
            }
        }
    }
    let without_link = StandardTexts::new("Hosting");
    let notice = samples::notice(samples::configuration_link());
    let message = without_link.compose(id(), &notice, &samples::service(ServerType::Nginx)).unwrap();
    assert!(!serde_json::to_string(&message).unwrap().contains(TOKEN));
    assert!(message.text.contains("in the customer panel"));
}

#[test]
fn shows_what_to_publish_so_that_it_can_be_copied() {
    let wanted = [
        "_certum.shop.example.com",
        "c0de",
        "_certum.example.net",
        "c0de.certum.pl",
        "http://example.org/.well-known/pki-validation/certum.txt",
        "c0de-certum.pl",
    ];
    let kind = NoticeKind::VerificationNeeded { course: Course::New, instructions: samples::instructions() };
    for language in Language::ALL {
        let message = composed(&to(Audience::Customer, *language, kind.clone()));
        let html = message.html.unwrap();
        for value in wanted {
            let is_alone = |line: &str| line.split(' ').next_back() == Some(value);
            assert!(message.text.lines().any(is_alone), "no {value} in {}", message.text);
            assert!(html.contains(&format!("<code>{value}</code>")), "no {value} in {html}");
        }
    }
    let instructions = vec![Instruction::Message { mailbox: "admin@example.com".into() }];
    let kind = NoticeKind::VerificationNeeded { course: Course::New, instructions };
    for text in told(Audience::Customer, &kind) {
        assert!(text.contains("admin@example.com") && text.contains("spam"), "{text}");
    }
}

#[test]
fn lets_no_name_out_of_its_line_or_into_the_markup() {
    let evil = "\"><script>x</script>\r\nBcc: victim@example.com\r\n\r\n'";
    let harmless = "x\nx\nx\nx";
    for kind in kinds() {
        for audience in AUDIENCES {
            let named = |name: &str| {
                let mut notice = to(audience, Language::Polish, kind.clone());
                notice.title = name.into();
                notice.common_name = Some(name.into());
                notice.customer = name.into();
                notice.serial_number = Some(name.into());
                if let NoticeKind::CancellationRequested { reason, .. } = &mut notice.kind {
                    *reason = name.into();
                }
                let texts = StandardTexts::new(name).mailbox("staff@example.com");
                texts.compose(id(), &notice, &samples::service(ServerType::Nginx)).unwrap()
            };
            let message = named(evil);
            assert!(!message.subject.chars().any(char::is_control), "{:?}", message.subject);
            assert!(!message.text.lines().any(|line| line.starts_with("Bcc")), "{}", message.text);
            let html = message.html.unwrap();
            assert!(html.contains("&lt;script&gt;"), "{html}");
            let markup = |html: &str| html.matches(['<', '>', '"', '\'', '\n']).count();
            assert_eq!(markup(&html), markup(&named(harmless).html.unwrap()), "{html}");
        }
    }
}

#[test]
fn attaches_what_the_server_takes_and_no_key() {
    let (leaf, intermediate) =
        [samples::LEAF, samples::INTERMEDIATE].map(|pem| Certificate::from_pem(pem).unwrap()).into();
    let not_after = samples::at("2027-06-09T10:11:12Z");
    let kinds =
        [NoticeKind::Issued { course: Course::New, not_after }, NoticeKind::CertificateSent { not_after }];
    for (server, kind) in
        ServerType::ALL.iter().flat_map(|server| kinds.iter().map(move |kind| (server, kind)))
    {
        let service = samples::service(*server);
        let message = texts().compose(id(), &samples::notice(kind.clone()), &service).unwrap();
        let files = message.attachments;
        assert!(!files.is_empty(), "{server:?}");
        let mut seen = HashSet::new();
        for file in &files {
            assert!(file.file_name.contains('.') && !file.file_name.contains('/'), "{file:?}");
            assert!(!file.content.windows(11).any(|window| window == b"PRIVATE KEY"), "{file:?}");
            let is_pkcs7 = file.media_type == "application/x-pkcs7-certificates";
            let read = if is_pkcs7 {
                Certificate::all_from_pkcs7(&file.content)
            } else if file.media_type == "application/pkix-cert" {
                Certificate::from_der(&*file.content).map(|certificate| vec![certificate])
            } else {
                Certificate::chain_from_pem(&file.content)
            };
            for certificate in read.unwrap_or_else(|error| panic!("{file:?}: {error}")) {
                seen.insert(certificate.as_der().to_vec());
            }
        }
        assert_eq!(
            seen,
            HashSet::from([&leaf, &intermediate].map(|one: &Certificate| one.as_der().to_vec()))
        );
        assert_eq!(message.text.contains("HAProxy expects"), *server == ServerType::HaProxy);
    }
}

#[test]
fn attaches_the_certificate_of_the_serial_number_or_none() {
    let not_after = samples::at("2027-06-09T10:11:12Z");
    let notice = samples::notice(NoticeKind::Issued { course: Course::Reissue, not_after });
    for serial_number in [None, Some("0b".to_owned())] {
        let message = composed(&Notice { serial_number, ..notice.clone() });
        assert_eq!(message.attachments, []);
        assert!(message.text.contains("download the files"), "{}", message.text);
    }
    let reseller = Notice { audience: Audience::Reseller, ..notice };
    assert!(!composed(&reseller).attachments.is_empty());
}

#[test]
fn attaches_what_the_ca_handed_out_if_no_bundle_can_be_made() {
    let mut service = samples::service(ServerType::Nginx);
    samples::certificate_of(&mut service).certificate.chain = ["broken".into()].into();
    let not_after = samples::at("2027-06-09T10:11:12Z");
    let notice = samples::notice(NoticeKind::Issued { course: Course::New, not_after });
    let message = texts().compose(id(), &notice, &service).unwrap();
    let files: Vec<_> = message.attachments.iter().map(|file| (&*file.file_name, &*file.content)).collect();
    assert_eq!(files, [("certificate.crt", samples::LEAF.as_bytes()), ("chain.ca-bundle", b"broken")]);
}

#[test]
fn tells_nobody_without_a_mailbox_and_no_person_what_is_for_programs() {
    let service = samples::service(ServerType::Nginx);
    let bare = StandardTexts::new("Hosting");
    for audience in AUDIENCES {
        let notice = Notice { audience, email: None, ..samples::notice(NoticeKind::OrderRejected) };
        assert_eq!(bare.compose(id(), &notice, &service), None, "{audience:?}");
    }
    for kind in samples::kinds().into_iter().filter(NoticeKind::is_for_programs) {
        assert_eq!(texts().compose(id(), &samples::notice(kind), &service), None);
    }
}

#[test]
fn tells_the_reseller_alone_why_a_service_is_held() {
    let mut seen = HashSet::new();
    for reason in samples::hold_reasons() {
        let [english, polish] = [Language::English, Language::Polish].map(|language| reason.text(language));
        assert_ne!(english, polish);
        assert!(
            seen.insert(english.clone()) && seen.insert(polish.clone()),
            "said of two reasons: {english}"
        );
        let data = |text: &str| -> Vec<String> {
            let words = text.split([' ', ',', '(', ')', ':', ';', '“', '”', '„']);
            let mut data: Vec<_> =
                words.filter(|word| word.contains(['.', '-', '0'])).map(str::to_owned).collect();
            data.sort();
            data
        };
        assert_eq!(data(&english), data(&polish), "{english}\n{polish}");
        let kind = NoticeKind::Held { reason };
        let reseller = told(Audience::Reseller, &kind);
        let customer = told(Audience::Customer, &kind);
        assert!(reseller[0].contains(&english) && reseller[1].contains(&polish));
        assert!(!customer[0].contains(&english) && !customer[1].contains(&polish));
    }
}

#[test]
fn writes_reasons_and_prices_as_the_language_does() {
    let refused = NoticeKind::OrderRefused { findings: samples::findings() };
    let [english, polish] = told(Audience::Customer, &refused);
    assert!(english.contains("- productCode “601”: may not be ordered (code 1075)"), "{english}");
    assert!(polish.contains("- productCode „601”: nie może być zamówiony (kod 1075)"), "{polish}");
    let invoice = samples::kinds().into_iter().find(|kind| kind.name() == "invoice_due").unwrap();
    let [english, polish] = told(Audience::Customer, &invoice);
    assert!(english.contains("129.90 PLN") && polish.contains("129,90 PLN"), "{english}\n{polish}");
    let wish = NoticeKind::CancellationRequested { reason: "too\nexpensive".into(), at_end_of_period: true };
    for text in told(Audience::Reseller, &wish) {
        assert!(text.contains("\n\n> too\n> expensive\n\n"), "{text}");
    }
}

#[test]
fn refuses_an_address_for_answers_that_is_no_header() {
    assert!(StandardTexts::new("Hosting").reply_to("a@example.com\r\nBcc: b@example.com").is_err());
    let reply_to = Header::new("Reply-To", "help@example.com").unwrap();
    let message = composed(&samples::notice(NoticeKind::OrderRejected));
    assert!(message.headers.contains(&reply_to));
}

#[test]
fn has_a_word_of_its_own_for_everything_that_people_see() {
    let at = Some(samples::at("2026-11-21T12:00:00Z"));
    let word = |language: Language| -> Vec<Vec<String>> {
        let checks = [
            CheckKind::Email,
            CheckKind::System,
            CheckKind::Domain,
            CheckKind::Product,
            CheckKind::ExtendedValidation,
            CheckKind::Organization,
            CheckKind::Applicant,
            CheckKind::Authorization,
        ];
        let proofs = [Proof::NotRequired, Proof::Required, Proof::Failed, Proof::Verified];
        let standings = [
            CertificateStanding::Valid,
            CertificateStanding::Revoking,
            CertificateStanding::Revoked { at: None },
            CertificateStanding::Revoked { at },
        ];
        vec![
            StateKind::ALL.iter().map(|state| state.text(language).to_owned()).collect(),
            AUDIENCES.iter().map(|audience| audience.text(language).to_owned()).collect(),
            [Course::New, Course::Renewal, Course::Reissue]
                .map(|course| course.text(language).to_owned())
                .into(),
            checks.iter().map(|check| check.text(language).to_owned()).collect(),
            proofs.iter().map(|proof| proof.text(language).to_owned()).collect(),
            standings.iter().map(|standing| standing.text(language).into_owned()).collect(),
        ]
    };
    for (english, polish) in word(Language::English).into_iter().zip(word(Language::Polish)) {
        assert!(english.iter().zip(&polish).all(|(english, polish)| english != polish), "{english:?}");
        for words in [english, polish] {
            let distinct: HashSet<_> = words.iter().collect();
            assert_eq!(distinct.len(), words.len(), "{words:?}");
        }
    }
    let revoked = CertificateStanding::Revoked { at };
    assert_eq!(revoked.text(Language::Polish), "unieważniony (2026-11-21 12:00 UTC)");
    for language in Language::ALL {
        assert_eq!(Proof::Unknown("NEW".into()).text(*language), "NEW");
        assert_eq!(CheckKind::Unknown("NEW".into()).text(*language), "NEW");
        assert_eq!(CertificateStanding::Unknown("NEW".into()).text(*language), "NEW");
    }
}
