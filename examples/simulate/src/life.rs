//! What a customer is like: drawn from the seed and the service's number alone.

use cert_domain::{
    Billing, BillingCycle, Currency, Finding, Mailbox, Money, NameEntry, NameRule, Offer, ProductKind,
    VerificationMethod,
};
use jiff::{SignedDuration, Timestamp};

use crate::Settings;
use crate::agenda::Request;
use crate::dice::{Dice, Purpose};
use crate::seen::{Number, Wish};

/// How fast somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// Does within a day or two what he is asked for.
    Prompt,
    /// Does it days or weeks later.
    Late,
    /// Does it in time, with mistakes, and everything twice.
    Careless,
}

/// How somebody leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaving {
    /// At the end of what is paid.
    AtEnd,
    /// At once.
    AtOnce,
    /// By not paying any more.
    ByNotPaying,
}

/// What a customer is like.
#[derive(Clone, Debug)]
pub(crate) struct Life {
    pub(crate) number: Number,
    /// Some have several services, of the same product.
    pub(crate) customer: String,
    pub(crate) product: &'static str,
    pub(crate) cycle: Option<BillingCycle>,
    pub(crate) sort: Sort,
    pub(crate) born_at: Timestamp,
    pub(crate) keeps_keys: bool,
    pub(crate) is_published_for: bool,
    pub(crate) method: VerificationMethod,
    pub(crate) www: bool,
    /// How many forms and requests are wrong at first.
    pub(crate) mistakes: u8,
    pub(crate) leaves: Option<(SignedDuration, Leaving)>,
    /// What is asked for of itself, and how long after the beginning.
    pub(crate) requests: Vec<(SignedDuration, Request)>,
}

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Products by how often they are sold.
const PRODUCTS: [(u64, &str); 15] = [
    (30, "601"),
    (10, "741"),
    (14, "931"),
    (8, "631"),
    (3, "681"),
    (4, "921"),
    (5, "641"),
    (3, "981"),
    (1, "691"),
    (7, "731"),
    (4, "711"),
    (3, "721"),
    (3, "841"),
    (2, "851"),
    (3, "821"),
];

impl Life {
    pub(crate) fn draw(settings: &Settings, number: Number) -> Self {
        let family = number.0 / 4;
        let is_family = family.is_multiple_of(5);
        let mut of_family = Dice::new(settings.seed, Purpose::Life, u32::MAX - family);
        let mut dice = Dice::new(settings.seed, Purpose::Life, number.0);
        let product = if is_family { of_family.weighted(&PRODUCTS) } else { dice.weighted(&PRODUCTS) };
        let product = product.unwrap_or("601");
        let sort = dice.weighted(&[(70, Sort::Prompt), (18, Sort::Late), (12, Sort::Careless)]);
        let sort = sort.unwrap_or(Sort::Prompt);
        let born_at = born_at(settings, &mut dice);
        let kind = Offer::usual(product).map(|offer| offer.product.kind);
        let is_tls = matches!(kind, Ok(ProductKind::Tls)) && product != "691";
        let cycle = is_tls.then(|| draw_cycle(&mut dice)).flatten();
        let is_recurring = cycle.is_some();
        let method = draw_method(&mut dice, product, is_recurring, born_at);
        let is_message = matches!(method, VerificationMethod::Email(_));
        let leaves = (is_recurring && dice.percent(60)).then(|| {
            let after = DAY * i32::try_from(dice.between(60, 3000)).unwrap_or(365);
            let how = [(60, Leaving::AtEnd), (15, Leaving::AtOnce), (25, Leaving::ByNotPaying)];
            (after, dice.weighted(&how).unwrap_or(Leaving::AtEnd))
        });
        let requests = draw_requests(&mut dice, product, is_tls, is_recurring);
        Self {
            number,
            customer: if is_family { format!("family-{family}") } else { format!("customer-{}", number.0) },
            product,
            cycle,
            sort,
            born_at,
            keeps_keys: is_tls && dice.percent(55),
            is_published_for: is_tls && !is_message && dice.percent(60),
            method,
            www: dice.percent(50),
            mistakes: match sort {
                Sort::Careless => u8::try_from(dice.between(1, 3)).unwrap_or(1),
                _ => u8::from(dice.percent(5)),
            },
            leaves,
            requests,
        }
    }

    /// A word for what he is like.
    pub(crate) fn word(&self) -> &'static str {
        match self.sort {
            Sort::Prompt => "prompt",
            Sort::Late => "late",
            Sort::Careless => "careless",
        }
    }

    pub(crate) fn price(&self) -> Money {
        let months = self.months();
        Money::new(1_000 * u64::from(months) + 99, Currency::PLN)
    }

    fn months(&self) -> u32 {
        match self.cycle {
            Some(BillingCycle::Monthly) => 1,
            Some(BillingCycle::Quarterly) => 3,
            Some(BillingCycle::SemiAnnually) => 6,
            Some(BillingCycle::Biennially) => 24,
            Some(BillingCycle::Triennially) => 36,
            _ => 12,
        }
    }

    pub(crate) fn offer(&self) -> Result<Offer, Finding> {
        let price = self.price();
        Ok(Offer::usual(self.product)?.with_billing(match self.cycle {
            Some(cycle) => Billing::Recurring { price, cycle },
            None => Billing::OneTime { price },
        }))
    }

    pub(crate) fn wish(&self) -> Wish {
        Wish {
            product: self.product.to_owned(),
            is_recurring: self.cycle.is_some(),
            price: self.price().minor_units().cast_signed(),
            months: self.months(),
            sort: self.word(),
            is_published_for: self.is_published_for,
            keeps_keys: self.keeps_keys,
            customer: self.customer.clone(),
            names: self.host_names(),
        }
    }

    /// The host names of the first certificate.
    fn host_names(&self) -> Vec<String> {
        let rule = self.offer().map_or(NameRule::None, |offer| offer.product.names);
        let with_www = |entry: NameEntry| {
            let www = entry.www.then(|| format!("www.{}", entry.name));
            [entry.name].into_iter().chain(www)
        };
        self.names(rule).into_iter().flat_map(with_www).collect()
    }

    /// The names that are asked for first.
    pub(crate) fn names(&self, rule: NameRule) -> Vec<NameEntry> {
        let Number(number) = self.number;
        let entry = |name: String, www| NameEntry { name, www };
        match rule {
            NameRule::Single => vec![entry(format!("s{number}.example.com"), self.www)],
            NameRule::Wildcard => vec![entry(format!("*.s{number}.example.com"), false)],
            NameRule::Multi { .. } => vec![
                entry(format!("s{number}.example.com"), self.www),
                entry(format!("mail.s{number}.example.com"), false),
                entry(format!("s{number}.example.org"), false),
            ],
            _ => Vec::new(),
        }
    }
}

/// A fifth of the services is there within the first ten days; the others come over the first four fifths of the time.
fn born_at(settings: &Settings, dice: &mut Dice) -> Timestamp {
    let seconds = match dice.percent(20) {
        true => 10 * 24 * 60 * 60,
        false => settings.length().as_secs() / 5 * 4,
    };
    let after = dice.seconds(0, seconds);
    settings.begins().checked_add(after).unwrap_or_else(|_| settings.begins())
}

fn draw_cycle(dice: &mut Dice) -> Option<BillingCycle> {
    dice.weighted(&[
        (22, None),
        (58, Some(BillingCycle::Annually)),
        (9, Some(BillingCycle::Monthly)),
        (3, Some(BillingCycle::Quarterly)),
        (3, Some(BillingCycle::SemiAnnually)),
        (3, Some(BillingCycle::Biennially)),
        (2, Some(BillingCycle::Triennially)),
    ])
    .flatten()
}

fn draw_method(dice: &mut Dice, product: &str, is_recurring: bool, born_at: Timestamp) -> VerificationMethod {
    let is_wildcard = matches!(product, "741" | "681");
    // Messages prove nothing from March 2028 on: they are for what is over by then.
    let is_early = born_at < "2027-02-01T00:00:00Z".parse().unwrap_or(Timestamp::MIN);
    let throw = dice.below(100);
    match throw {
        0..55 => VerificationMethod::DnsTxtPrefix,
        55..65 => VerificationMethod::DnsTxt,
        65..76 => VerificationMethod::DnsCnamePrefix,
        76..80 => VerificationMethod::DnsCname,
        80..90 if !is_wildcard => VerificationMethod::File,
        90..100 if is_early && !is_recurring => VerificationMethod::Email(Mailbox::Admin),
        _ => VerificationMethod::DnsTxtPrefix,
    }
}

fn draw_requests(
    dice: &mut Dice,
    product: &str,
    is_tls: bool,
    is_recurring: bool,
) -> Vec<(SignedDuration, Request)> {
    let mut requests = Vec::new();
    if !is_tls {
        return requests;
    }
    let mut maybe = |dice: &mut Dice, percent, from: i64, to: i64, request| {
        if dice.percent(percent) {
            requests.push((dice.days(from, to), request));
        }
    };
    let takes_names = matches!(product, "931" | "921" | "981");
    maybe(dice, if takes_names { 40 } else { 0 }, 20, 900, Request::Name);
    maybe(dice, 12, 10, 1200, Request::Key);
    maybe(dice, 5, 10, 1500, Request::Revocation);
    maybe(dice, 10, 0, 1, Request::Method);
    maybe(dice, if is_recurring { 0 } else { 50 }, 330, 360, Request::Renewal);
    requests
}
