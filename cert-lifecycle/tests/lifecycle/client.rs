//! What customers do with a service, each of it against the CA.

use cert_domain::{
    Form, Mailbox, NameEntry, RevocationForm, RevocationReason, ServerType, Step, VerificationMethod,
};
use cert_lifecycle::service::{Actor, Event};
use cert_lifecycle::vault::KeyAction;
use cert_lifecycle::{CertificateStanding, CheckKind, Error, OrderProgress, Proof, State, StateKind};
use csr_tools::{ArtefactKind, Certificate, CertificateRequest, PublicKeyHash, Server, SignatureAlgorithm};

use crate::common::{NAME, follow, form};
use crate::desk::{
    Desk, administrator, any_offer, codes, csr, full_form, generated, reissue_of, sandbox_with, vault,
};

#[tokio::test]
async fn configures_in_two_steps_with_a_draft_that_is_left_and_resumed() {
    let desk = Desk::open().await;
    let id = desk.lifecycle.create_service(any_offer("931"), "customer-7".parse().unwrap()).await.unwrap();
    let whole = full_form("a.example.com", &["a.example.com", "b.example.org"]);
    let first = Form { names: Vec::new(), contact: Default::default(), ..whole.clone() };
    assert_eq!(codes(desk.lifecycle.check_step(id, &first, Step::Certificate).await), [1054, 1055, 1053]);
    desk.lifecycle.save_draft(id, &first).await.unwrap();

    // Another day, perhaps in another process.
    desk.pass_days(2).await;
    let mut resumed = desk.lifecycle.draft(id).await.unwrap();
    assert_eq!(resumed, first);
    resumed.contact = whole.contact.clone();
    desk.lifecycle.check_step(id, &resumed, Step::Certificate).await.unwrap();
    resumed.names = vec!["a.example.com".into(), "a b".into()];
    assert_eq!(codes(desk.lifecycle.check_step(id, &resumed, Step::Names).await), [1008]);
    resumed.names = whole.names.clone();
    desk.lifecycle.check_step(id, &resumed, Step::Names).await.unwrap();
    desk.lifecycle.save_draft(id, &resumed).await.unwrap();
    desk.lifecycle.check_form(id, &resumed).await.unwrap();
    desk.lifecycle.configure(id, &resumed).await.unwrap();
    desk.settle(id).await;
    let service = desk.finish(id).await;
    assert_eq!(service.certificate().unwrap().certificate.names, ["a.example.com", "b.example.org"]);
    assert_eq!(service.draft, None);
}

#[tokio::test]
async fn fills_the_form_from_the_request() {
    let desk = Desk::open().await;
    let mut form = Form::from_csr(&csr(NAME)).unwrap();
    assert_eq!(form.subject.common_name, NAME);
    form.contact = full_form(NAME, &[NAME]).contact;
    form.names = vec![NameEntry { name: NAME.into(), www: true }];
    let (_, service) = desk.enrol(any_offer("601"), &form).await;
    assert_eq!(service.certificate().unwrap().certificate.names, [NAME, "www.shop.example.com"]);
}

#[tokio::test]
async fn generates_a_key_and_keeps_it_or_not() {
    for keep in [true, false] {
        let desk = Desk::with_vault().await;
        let offer = any_offer("601");
        let id = desk.lifecycle.create_service(offer, "customer-7".parse().unwrap()).await.unwrap();
        let mut form = Form { csr: String::new(), key: generated(keep), ..form(&[NAME], "dns") };
        desk.lifecycle.check_step(id, &form, Step::Certificate).await.unwrap();
        let made = desk.lifecycle.generate_request(id, &form).await.unwrap();
        assert_eq!(made.is_kept, keep);
        form.csr = made.csr;
        desk.lifecycle.configure(id, &form).await.unwrap();
        desk.settle(id).await;
        let service = desk.finish(id).await;
        let issued = Certificate::from_pem(&service.certificate().unwrap().certificate.pem).unwrap();
        assert_eq!(issued.public_key_hash(), made.key.public_key_hash());
        match desk.lifecycle.files_with_key(id, None).await {
            Ok(files) => assert!(keep && files.key.unwrap().public_key_hash() == issued.public_key_hash()),
            Err(error) => assert!(!keep && matches!(error, Error::NoKey), "{error:?}"),
        }
    }
}

#[tokio::test]
async fn signs_with_the_algorithm_that_the_form_chooses() {
    for (algorithm, is_elliptic) in [("RSA-SHA256", false), ("ECC-SHA256", true)] {
        let desk = Desk::open().await;
        let form = Form { hash_algorithm: Some(algorithm.parse().unwrap()), ..form(&[NAME], "dns") };
        let (id, _) = desk.enrol(any_offer("601"), &form).await;
        let files = desk.lifecycle.files(id, None).await.unwrap();
        let signed_by = files.bundle.chain().leaf().signature_algorithm();
        let is_so = matches!(signed_by, SignatureAlgorithm::EcdsaSha256 | SignatureAlgorithm::EcdsaSha384);
        assert_eq!(is_so, is_elliptic, "{algorithm}: {signed_by:?}");
    }
}

/// What the order's page shows: contacts, every certificate with its standing, the chain up to the root.
#[tokio::test]
async fn shows_the_order_its_contacts_and_every_certificate() {
    let desk = Desk::open().await;
    let mut form = full_form(NAME, &[NAME]);
    form.administrative = administrator();
    form.technical.same_as_administrative = true;
    form.revocation_contact = "soc@example.com".into();
    let (id, service) = desk.enrol(any_offer("601"), &form).await;
    desk.lifecycle.reissue(id, &reissue_of(&service)).await.unwrap();
    desk.work().await;
    let service = desk.finish(id).await;

    let newest = service.certificate().unwrap();
    let configuration = &newest.configuration;
    assert_eq!(configuration.contact().first_name, "Jan");
    assert_eq!(configuration.contact().phone.as_ref().unwrap().as_str(), "+48221234567");
    assert_eq!(configuration.administrative().unwrap().contact.email, "john@example.com");
    assert_eq!(configuration.technical(), configuration.administrative());
    assert_eq!(configuration.revocation_contact(), Some("soc@example.com"));
    assert_eq!(service.mailbox(), Some("john@example.com"));

    assert_eq!(service.certificates.len(), 2);
    for certificate in service.certificates.iter() {
        assert_eq!(certificate.standing, CertificateStanding::Valid);
        let serial_number = &certificate.certificate.serial_number;
        let files = desk.lifecycle.files(id, Some(serial_number)).await.unwrap();
        let chain = files.bundle.chain();
        assert_eq!(chain.leaf().serial_number().to_string(), *serial_number);
        assert!(!chain.intermediates().is_empty() && chain.root().is_some());
    }
    let summary = desk.lifecycle.summary(id).await.unwrap();
    assert_eq!(summary.row.common_name.as_deref(), Some(NAME));
    assert_eq!(summary.row.serial_number.as_deref(), Some(newest.certificate.serial_number.as_str()));
    assert_eq!(summary.row.not_after, Some(newest.certificate.not_after));
}

#[tokio::test]
async fn saves_the_files_of_every_server() {
    let desk = Desk::with_vault().await;
    let id = desk.lifecycle.create_service(any_offer("601"), "customer-7".parse().unwrap()).await.unwrap();
    let mut form = Form { csr: String::new(), key: generated(true), ..form(&[NAME], "dns") };
    form.csr = desk.lifecycle.generate_request(id, &form).await.unwrap().csr;
    desk.lifecycle.configure(id, &form).await.unwrap();
    desk.settle(id).await;
    desk.finish(id).await;
    let without = desk.lifecycle.files(id, None).await.unwrap().bundle;
    let with = desk.lifecycle.files_with_key(id, None).await.unwrap().bundle;
    for server in ServerType::ALL {
        let files = with.for_server(server.bundle(), None).unwrap();
        assert!(!files.is_empty(), "{server:?}");
        let needs_key = server.bundle() == Server::HaProxy;
        let files = without.for_server(server.bundle(), None);
        assert_eq!(files.is_err(), needs_key, "{server:?}");
        assert!(files.unwrap_or_default().iter().all(|file| !file.is_secret()), "{server:?}");
    }
    let all = with.for_server(Server::Plain, None).unwrap();
    assert_eq!(with.archive(&all).unwrap().file_name(), "shop.example.com.zip");
    for kind in [ArtefactKind::Request, ArtefactKind::CertificateDer, ArtefactKind::Intermediate] {
        assert!(all.iter().any(|file| file.kind() == kind), "{kind}");
    }
}

#[tokio::test]
async fn sends_the_certificate_with_its_files_to_whom_it_is_told_to() {
    let desk = Desk::open().await;
    let form = Form { server: ServerType::Apache, ..form(&[NAME], "dns") };
    let (id, service) = desk.enrol(any_offer("601"), &form).await;
    desk.work().await;
    let issued = desk.letters.all().len();
    desk.lifecycle.send_certificate(id, None, None).await.unwrap();
    desk.lifecycle.send_certificate(id, None, Some("other@example.com")).await.unwrap();
    desk.work().await;
    let sent = desk.letters.all().split_off(issued);
    let recipients: Vec<_> = sent.iter().map(|letter| letter.recipient.as_str()).collect();
    assert_eq!(recipients, ["jan@example.com", "other@example.com"]);
    let serial_number = &service.certificate().unwrap().certificate.serial_number;
    for letter in &sent {
        assert!(letter.text.contains(serial_number), "{}", letter.text);
        let names: Vec<_> = letter.attachments.iter().map(|file| file.file_name.as_str()).collect();
        assert_eq!(names, ["shop.example.com.crt", "shop.example.com.ca-bundle"]);
    }
    assert_eq!(
        desk.told(id, "issued").len(),
        1,
        "programs are told of the certificate, and not of each copy"
    );
    assert_eq!(desk.told(id, "certificate_sent").len(), 0);
    let foreign = desk.lifecycle.send_certificate(id, Some("FF"), None).await;
    assert!(matches!(foreign, Err(Error::NoCertificate)), "{foreign:?}");
    let nowhere = desk.lifecycle.send_certificate(id, None, Some("other")).await;
    assert!(matches!(nowhere, Err(Error::Findings(_))), "{nowhere:?}");
}

#[tokio::test]
async fn changes_the_method_while_the_order_waits() {
    let desk = Desk::open().await;
    let id = desk.sell_offer(any_offer("601"), &form(&[NAME], "dns")).await;
    desk.work().await;
    for (method, kind) in [("file", "file"), ("email:webmaster", "message"), ("dns-cname-prefix", "cname")] {
        let method: VerificationMethod = method.parse().unwrap();
        let needs = desk.told(id, "verification_needed").len();
        desk.lifecycle.change_method(id, method.clone(), None).await.unwrap();
        desk.work().await;
        let State::Validating(validating) = desk.service(id).await.state else { panic!("not validating") };
        assert_eq!(validating.configuration.method(), Some(&method));
        let instructions = format!("{:?}", validating.instructions()).to_lowercase();
        assert!(instructions.contains(kind), "{instructions}");
        assert_eq!(desk.told(id, "verification_needed").len(), needs + 1, "{method}");
    }
    desk.prove(id).await;
    desk.finish(id).await;
    assert_eq!(desk.carried_out("addSanVerification"), 3);
}

#[tokio::test]
async fn refuses_a_method_that_does_not_fit_the_names() {
    let desk = Desk::open().await;
    let id = desk.sell_offer(any_offer("741"), &form(&["*.example.com"], "dns")).await;
    desk.work().await;
    let changed = desk.lifecycle.change_method(id, VerificationMethod::File, None).await;
    assert_eq!(codes(changed), [2186]);
    assert_eq!(desk.carried_out("addSanVerification"), 0);
}

/// A code that is asked for again is another one, and the former proves nothing any more.
#[tokio::test]
async fn sends_the_verification_of_names_again() {
    let desk = Desk::open().await;
    let id = desk.sell_offer(any_offer("601"), &form(&[NAME], "email:admin")).await;
    desk.work().await;
    let messages = desk.sandbox.mail().len();
    desk.lifecycle.resend_verification(id).await.unwrap();
    desk.work().await;
    assert_eq!(desk.sandbox.mail().len(), messages + 1);
    assert_eq!(desk.told(id, "verification_needed").len(), 2);
    let order_id = desk.service(id).await.state.order_id().unwrap().to_string();
    desk.read_mail(&order_id).await;
    desk.finish(id).await;
}

/// "Send verification messages": the CA itself writes down for the customer what to publish.
#[tokio::test]
async fn has_the_ca_write_to_the_customer_if_the_form_says_so() {
    for (sends, messages) in [(Some(true), 1), (Some(false), 0), (None, 0)] {
        let desk = Desk::open().await;
        let form = Form { send_messages: sends, ..form(&[NAME], "dns") };
        let id = desk.sell_offer(any_offer("601"), &form).await;
        desk.work().await;
        assert_eq!(desk.sandbox.mail().len(), messages, "{sends:?}");
        let method = VerificationMethod::Email(Mailbox::Postmaster);
        desk.lifecycle.change_method(id, method, Some(true)).await.unwrap();
        desk.work().await;
        assert_eq!(desk.sandbox.mail().last().unwrap().to, "postmaster@shop.example.com");
    }
}

#[tokio::test]
async fn shows_the_state_of_the_order_with_its_steps_and_of_each_name() {
    let desk = Desk::open().await;
    let names = ["a.example.com", "b.example.org"];
    let id = desk.sell_offer(any_offer("921"), &full_form(names[0], &names)).await;
    assert!(matches!(desk.lifecycle.order_report(id).await, Err(Error::NotAllowed(_))));
    desk.work().await;
    let report = desk.lifecycle.order_report(id).await.unwrap();
    assert_eq!(report.progress, OrderProgress::Validating);
    for kind in [CheckKind::Domain, CheckKind::Organization, CheckKind::Applicant] {
        let check = report.checks.iter().find(|check| check.kind == kind).unwrap();
        assert_eq!(check.proof, Proof::Required, "{kind:?}");
    }

    // One of two names is proved.
    let State::Validating(validating) = desk.service(id).await.state else { panic!("not validating") };
    follow(&desk.sandbox, validating.instructions().swap_remove(0)).await;
    desk.lifecycle.request_check(id).await.unwrap();
    desk.work().await;
    let states = desk.lifecycle.name_states(id).await.unwrap();
    let proofs: Vec<_> = states.iter().map(|state| (state.name.as_str(), &state.proof)).collect();
    assert_eq!(proofs, [("a.example.com", &Proof::Verified), ("b.example.org", &Proof::Failed)]);
    assert!(states[0].valid_until.is_some() && states[1].info.is_some());
}

#[tokio::test]
async fn revokes_for_every_reason() {
    for reason in RevocationReason::ALL {
        let desk = Desk::open().await;
        let (id, service) = desk.enrol(any_offer("601"), &form(&[NAME], "dns")).await;
        let compromised_on = if *reason == RevocationReason::KeyCompromise { "2026-11-21" } else { "" };
        let form = RevocationForm {
            serial_number: String::new(),
            reason: reason.as_str().into(),
            compromised_on: compromised_on.into(),
            note: "ż".repeat(250),
        };
        desk.lifecycle.revoke(id, &form).await.unwrap();
        assert_eq!(desk.carried_out("revokeCertificate"), 0, "the worker asks");
        desk.work().await;
        let revoked = desk.service(id).await;
        let standing = &revoked.certificate().unwrap().standing;
        assert!(matches!(standing, CertificateStanding::Revoked { .. }), "{reason}: {standing:?}");
        let told = desk.told(id, "revoked");
        assert_eq!(told.len(), 1, "{reason}");
        assert_eq!(told[0]["serial_number"], service.certificate().unwrap().certificate.serial_number);
        // Asked again, nothing happens.
        desk.lifecycle.revoke(id, &form).await.unwrap();
        desk.pass(600).await;
        desk.lifecycle.synchronize().await.unwrap();
        desk.work().await;
        assert_eq!((desk.carried_out("revokeCertificate"), desk.told(id, "revoked").len()), (1, 1));
    }
}

#[tokio::test]
async fn refuses_revocations_that_the_ca_would_refuse_before_asking_it() {
    let desk = Desk::open().await;
    let (id, _) = desk.enrol(any_offer("601"), &form(&[NAME], "dns")).await;
    let mut wrong = RevocationForm { note: "x".repeat(251), ..RevocationForm::default() };
    assert_eq!(codes(desk.lifecycle.revoke(id, &wrong).await), [1135, 1142]);
    wrong = RevocationForm { reason: "KEYCOMPROMISE".into(), ..RevocationForm::default() };
    for day in ["2026-11-20", "2026-11-22"] {
        wrong.compromised_on = day.into();
        assert_eq!(codes(desk.lifecycle.revoke(id, &wrong).await), [1141], "{day}");
    }
    let mut foreign = RevocationForm { reason: "UNSPECIFIED".into(), ..RevocationForm::default() };
    foreign.serial_number = "FF".into();
    assert!(matches!(desk.lifecycle.revoke(id, &foreign).await, Err(Error::NoCertificate)));
    desk.work().await;
    assert_eq!(desk.carried_out("revokeCertificate"), 0);
}

/// A revocation whose answer is lost is asked for again until it stands, and told once.
#[tokio::test]
async fn revokes_although_answers_are_lost() {
    use certum_sandbox::{Fault, FaultKind, FaultPlan, FaultPoint};
    for point in [FaultPoint::BeforeCommit, FaultPoint::AfterCommit] {
        let desk = Desk::open().await;
        let (id, _) = desk.enrol(any_offer("601"), &form(&[NAME], "dns")).await;
        let lost = Fault::new("revokeCertificate", FaultKind::Drop, point).times(2);
        desk.sandbox.set_faults(FaultPlan::new().with(lost));
        let form = RevocationForm { reason: "SUPERSEDED".into(), ..RevocationForm::default() };
        desk.lifecycle.revoke(id, &form).await.unwrap();
        let is_revoked = |service: &cert_lifecycle::Service| {
            let standing = &service.certificate().unwrap().standing;
            matches!(standing, CertificateStanding::Revoked { .. })
        };
        desk.until(id, is_revoked).await;
        desk.work().await;
        assert_eq!(desk.told(id, "revoked").len(), 1, "{point:?}");
    }
}

fn key_actions(
    history: &[cert_lifecycle::service::RecordedEvent],
) -> Vec<(KeyAction, PublicKeyHash, String)> {
    let touched = history.iter().filter_map(|recorded| match &recorded.event {
        Event::KeyTouched { record } => Some((record.action, record.key, record.actor.clone())),
        _ => None,
    });
    touched.collect()
}

#[tokio::test]
async fn hands_out_the_kept_key_once_and_writes_down_who_took_it() {
    let desk = Desk::with_vault().await;
    let id = desk.lifecycle.create_service(any_offer("601"), "customer-7".parse().unwrap()).await.unwrap();
    let mut form = Form { csr: String::new(), key: generated(true), ..form(&[NAME], "dns") };
    let jan = desk.lifecycle.acting_for(Actor::new("customer:7"));
    form.csr = jan.generate_request(id, &form).await.unwrap().csr;
    jan.configure(id, &form).await.unwrap();
    desk.settle(id).await;
    desk.finish(id).await;

    let anna = desk.lifecycle.acting_for(Actor::new("staff:anna"));
    let hash = CertificateRequest::from_pem(&form.csr).unwrap().public_key_hash();
    assert_eq!(jan.kept_key(id, None).await.unwrap().public_key_hash(), hash);
    let key = anna.take_key(id, None).await.unwrap();
    assert_eq!(key.public_key_hash(), hash);
    assert!(matches!(jan.take_key(id, None).await, Err(Error::NoKey)));
    assert!(matches!(jan.files_with_key(id, None).await, Err(Error::NoKey)));
    let history = desk.lifecycle.history(id).await.unwrap();
    let expected = [
        (KeyAction::Kept, hash, "customer:7".to_owned()),
        (KeyAction::Used, hash, "customer:7".to_owned()),
        (KeyAction::TakenOut, hash, "staff:anna".to_owned()),
    ];
    assert_eq!(key_actions(&history), expected);
}

/// A key is purged when none of the certificates for it is in force.
#[tokio::test]
async fn purges_keys_that_nobody_needs_and_no_others() {
    let sandbox = sandbox_with(true).await;
    let vault = vault(sandbox.clock());
    let desk = Desk::with(sandbox, |builder| builder.vault(vault.clone())).await;
    let id = desk.lifecycle.create_service(any_offer("601"), "customer-7".parse().unwrap()).await.unwrap();
    let mut form = Form { csr: String::new(), key: generated(true), ..form(&[NAME], "dns") };
    form.csr = desk.lifecycle.generate_request(id, &form).await.unwrap().csr;
    desk.lifecycle.configure(id, &form).await.unwrap();
    desk.settle(id).await;
    desk.finish(id).await;
    assert_eq!(desk.lifecycle.purge_keys(id).await.unwrap(), 0);
    assert_eq!(vault.list().await.unwrap().len(), 1);

    let revocation = RevocationForm { reason: "KEYCOMPROMISE".into(), ..RevocationForm::default() };
    desk.lifecycle.revoke(id, &revocation).await.unwrap();
    desk.work().await;
    assert_eq!(desk.lifecycle.purge_keys(id).await.unwrap(), 1);
    assert_eq!(desk.lifecycle.purge_keys(id).await.unwrap(), 0);
    assert!(vault.list().await.unwrap().is_empty());
    let history = desk.lifecycle.history(id).await.unwrap();
    assert_eq!(key_actions(&history).last().map(|(action, ..)| *action), Some(KeyAction::Purged));
}

/// A draft, a sale and a certificate, in the words that customers read of their state.
#[tokio::test]
async fn stands_where_the_customer_expects_it_at_every_step() {
    let desk = Desk::open().await;
    let id = desk.lifecycle.create_service(any_offer("601"), "customer-7".parse().unwrap()).await.unwrap();
    let mut stood = vec![desk.service(id).await.state.kind()];
    desk.lifecycle.configure(id, &form(&[NAME], "dns")).await.unwrap();
    stood.push(desk.service(id).await.state.kind());
    desk.work().await;
    stood.push(desk.service(id).await.state.kind());
    desk.prove(id).await;
    while stood.last() != Some(&StateKind::Active) {
        desk.pass(10).await;
        stood.push(desk.service(id).await.state.kind());
    }
    stood.dedup();
    let all = [
        StateKind::AwaitingConfiguration,
        StateKind::Ordering,
        StateKind::Validating,
        StateKind::Issuing,
        StateKind::Active,
    ];
    assert_eq!(stood, all);
}
