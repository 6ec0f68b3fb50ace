//! What the pre-check says is what the CA finds, for every method and state of publication.

use cert_domain::{Catalogue, ContactForm, Form, Offer};
use certum_api::{Client, Credentials, Environment};
use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};

use super::*;
use crate::authority::{CertificateAuthority as _, NewOrder, Proof};
use crate::{Certum, OrderId};

const METHODS: [&str; 6] =
    ["dns-txt", "dns-txt-prefix", "dns-cname", "dns-cname-prefix", "file", "email:admin"];

/// An order at the sandbox, and what is published for it.
struct Scene<'a> {
    sandbox: &'a Sandbox,
    certum: &'a Certum,
    base: String,
    method: VerificationMethod,
    names: NameSet,
    order_id: OrderId,
    code: VerificationCode,
}

impl<'a> Scene<'a> {
    async fn order(
        sandbox: &'a Sandbox,
        certum: &'a Certum,
        method: &str,
        state: usize,
        wildcard: bool,
    ) -> Self {
        let base = format!("{}-{state}-{}.pl", method.replace(':', "-"), if wildcard { "w" } else { "h" });
        let order =
            if wildcard { vec![format!("*.{base}")] } else { vec![base.clone(), format!("www.{base}")] };
        let method: VerificationMethod = method.parse().unwrap();
        let product = if wildcard { "741" } else { "931" };
        let product = Catalogue::built_in().product(&product.parse().unwrap()).unwrap();
        let offer = Offer::new(product.clone(), method.clone()).unwrap();
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let form = Form {
            csr: CertificateRequest::builder().common_name(&order[0]).sign(&key).unwrap().to_pem(),
            names: order,
            method: Some(method.clone()),
            contact: ContactForm {
                first_name: "Jan".into(),
                last_name: "Nowak".into(),
                email: "jan@example.com".into(),
                phone: String::new(),
            },
        };
        let configuration = offer.check(&form).unwrap();
        let order_id = OrderId::from_authority(base.clone());
        let order = NewOrder::new(order_id.clone(), &"customer".parse().unwrap(), &offer, &configuration);
        let code = certum.place_order(&order).await.unwrap().code.unwrap();
        let names = configuration.names().clone();
        Self { sandbox, certum, base, method, names, order_id, code }
    }

    /// What the pre-check says about each name.
    async fn foretold(&self) -> Vec<bool> {
        let question = Question::new(&self.names, &self.method).with_code(&self.code);
        let reports = precheck(&question, &[&lookups(self.sandbox)]).await;
        reports.iter().map(NameReport::is_ready).collect()
    }

    /// What the CA finds.
    async fn found(&self) -> Vec<bool> {
        if self.method.is_published() {
            self.certum.start_check(&self.code).await.unwrap();
        } else {
            let mail = self.sandbox.mail().pop().unwrap();
            assert_eq!(mail.to, format!("admin@{}", self.base));
            self.sandbox.approve_mail(mail.id).await.unwrap();
        }
        let states = self.certum.name_states(&self.order_id).await.unwrap();
        let is_ready = |name: &DnsName| {
            let state = states.iter().find(|state| state.name == name.as_str());
            let state = state.unwrap_or_else(|| panic!("{name} is not told: {states:?}"));
            state.proof == Proof::Verified && state.blocked_by.is_empty()
        };
        self.names.as_slice().iter().map(is_ready).collect()
    }

    /// Publishes a proof of a name in the method's way, altered.
    fn publish(&self, name: &str, place: impl Fn(&str) -> String, value: impl Fn(&str) -> String) {
        let name: DnsName = name.parse().unwrap();
        let alone = NameSet::try_from(vec![name]).unwrap();
        for instruction in instructions(&alone, &self.method, Some(&self.code)) {
            match instruction {
                Instruction::TxtRecord { name, value: text } => {
                    txt(self.sandbox, &place(&name), &value(&text));
                }
                Instruction::CnameRecord { name, target } => {
                    cname(self.sandbox, &place(&name), value(&target).trim());
                }
                Instruction::File { host, path, body } => {
                    self.sandbox.publish_http(&place(&host), &path, &value(&body)).unwrap();
                }
                _ => {}
            }
        }
    }

    /// Publishes all that was told.
    fn publish_all(&self) {
        for name in self.names.as_slice() {
            self.publish(name.base(), str::to_owned, str::to_owned);
        }
    }

    fn caa(&self, value: &str) {
        self.publish_all();
        caa(self.sandbox, &self.base, value);
    }

    fn is(&self, method: &str) -> bool {
        self.method.to_string().starts_with(method)
    }
}

/// A state of publication, and whether control is proved then.
type State = (&'static str, fn(&Scene<'_>), fn(&Scene<'_>) -> bool);

const STATES: &[State] = &[
    ("nothing", |_| {}, |scene| scene.is("email")),
    ("all as told", |scene| scene.publish_all(), |_| true),
    (
        "another value",
        |scene| {
            scene.names.as_slice().iter().for_each(|name| {
                scene.publish(name.base(), str::to_owned, |value| format!("x{value}"));
            });
        },
        |scene| scene.is("email"),
    ),
    (
        "with white space or in capitals",
        |scene| {
            scene.names.as_slice().iter().for_each(|name| {
                let spaced = |value: &str| match scene.is("dns-cname") {
                    true => value.to_ascii_uppercase(),
                    false => format!(" {value}\n"),
                };
                scene.publish(name.base(), str::to_owned, spaced);
            });
        },
        |_| true,
    ),
    (
        "the domain appended twice",
        |scene| scene.publish(&scene.base, |place| format!("{place}.{}", scene.base), str::to_owned),
        |scene| scene.is("email"),
    ),
    (
        "beside another text",
        |scene| {
            txt(scene.sandbox, &format!("_certum.{}", scene.base), "another");
            if scene.is("dns-txt") {
                scene.publish_all();
            }
        },
        |scene| scene.is("dns-txt") || scene.is("email"),
    ),
    (
        "in a record of the other kind",
        |scene| {
            for place in [scene.base.clone(), format!("_certum.{}", scene.base)] {
                match scene.is("dns-cname") {
                    true => txt(scene.sandbox, &place, scene.code.as_str()),
                    // A code that fits into no label can't be there.
                    false => cname(scene.sandbox, &place, "elsewhere.example"),
                }
            }
        },
        |scene| scene.is("email"),
    ),
    (
        "through an alias",
        |scene| {
            for place in [scene.base.clone(), format!("_certum.{}", scene.base)] {
                cname(scene.sandbox, &place, &format!("target.{}", scene.base));
            }
            txt(scene.sandbox, &format!("target.{}", scene.base), scene.code.as_str());
        },
        |scene| scene.is("dns-txt") || scene.is("email"),
    ),
    ("CAA for Certum", |scene| scene.caa("0 issue \"certum.pl\""), |_| true),
    ("CAA for another", |scene| scene.caa("0 issue \"ca.example\""), |_| false),
    ("CAA for nobody", |scene| scene.caa("0 issue \";\""), |_| false),
    (
        "CAA against wildcards",
        |scene| scene.caa("0 issuewild \";\""),
        |scene| !scene.names.common_name().is_wildcard(),
    ),
    (
        "CAA for DNS alone",
        |scene| scene.caa("0 issue \"certum.eu; validationmethods=dns-01\""),
        |scene| scene.is("dns"),
    ),
    (
        "CAA for files alone",
        |scene| scene.caa("0 issue \"certum.pl; validationmethods=ca-tbr-18\""),
        |scene| scene.is("file"),
    ),
    (
        "CAA for messages alone",
        |scene| scene.caa("0 issue \"certum.pl; validationmethods=ca-tbr-4\""),
        |scene| scene.is("email"),
    ),
    (
        "CAA for another's account",
        |scene| scene.caa("0 issue \"certum.pl; accounturi=https://a.example/1\""),
        |_| false,
    ),
    ("CAA with a critical unknown", |scene| scene.caa("128 mystery \"x\""), |_| false),
    ("CAA that can't be read", |scene| scene.caa("0 issue \"certum.pl; what is this\""), |_| false),
    ("CAA about mail alone", |scene| scene.caa("0 issuemail \"ca.example\""), |_| true),
];

async fn compare(wildcard: bool) {
    let sandbox = sandbox().await;
    let endpoint = Environment::Custom(sandbox.endpoint());
    let client = Client::builder(endpoint, Credentials::new("reseller", "sandbox")).build().unwrap();
    let certum = Certum::new(client);
    let methods = METHODS.into_iter().filter(|method| !wildcard || *method != "file");
    for method in methods {
        for (index, (state, publish, expected)) in STATES.iter().enumerate() {
            let scene = Scene::order(&sandbox, &certum, method, index, wildcard).await;
            publish(&scene);
            let foretold = scene.foretold().await;
            let found = scene.found().await;
            assert_eq!(foretold, found, "{method}: {state}: foretold and found, {}", scene.base);
            assert!(found.iter().all(|found| *found == expected(&scene)), "{method}: {state}: {found:?}");
        }
    }
}

#[tokio::test]
async fn the_ca_finds_what_was_foretold_about_hosts() {
    compare(false).await;
}

#[tokio::test]
async fn the_ca_finds_what_was_foretold_about_wildcards() {
    compare(true).await;
}

#[tokio::test]
async fn the_ca_finds_what_was_foretold_where_one_name_of_two_is_proved() {
    let sandbox = sandbox().await;
    let endpoint = Environment::Custom(sandbox.endpoint());
    let client = Client::builder(endpoint, Credentials::new("reseller", "sandbox")).build().unwrap();
    let certum = Certum::new(client);
    for method in METHODS.into_iter().filter(|method| !method.starts_with("email")) {
        for (index, (at, expected)) in
            [("www.", [false, true]), ("", [true, method != "file"])].iter().enumerate()
        {
            let scene = Scene::order(&sandbox, &certum, method, index, false).await;
            scene.publish(&format!("{at}{}", scene.base), str::to_owned, str::to_owned);
            assert_eq!(scene.foretold().await, expected, "{method} at {at:?}");
            assert_eq!(scene.found().await, expected, "{method} at {at:?}");
        }
    }
}
