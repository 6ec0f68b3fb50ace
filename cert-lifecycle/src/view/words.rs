//! The words for what reports and validations find.

use cert_domain::Language;

use crate::compose::in_language;
use crate::lifecycle::{Drift, ImportDecision, SaidBy, SecondOpinion};

impl Drift {
    /// What differs, for people: a sentence.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::Orphan { order_id, customer, .. } => in_language(
                language,
                format!("No service has order {order_id} of customer {customer}."),
                format!("Żadna usługa nie ma zamówienia {order_id} klienta {customer}."),
            ),
            Self::Missing { order_id, .. } => in_language(
                language,
                format!("The certificate authority does not know order {order_id}."),
                format!("Urząd certyfikacji nie zna zamówienia {order_id}."),
            ),
            Self::Duplicate { order_ids, .. } => {
                let orders: Vec<_> = order_ids.iter().map(|order_id| order_id.as_str()).collect();
                let orders = orders.join(", ");
                in_language(
                    language,
                    format!("Nobody waits for these orders at the certificate authority: {orders}."),
                    format!("Na te zamówienia w urzędzie certyfikacji nikt nie czeka: {orders}."),
                )
            }
            Self::Progress { order_id, ours, theirs, .. } => {
                let (ours, theirs) = (ours.text(language), theirs.text(language));
                in_language(
                    language,
                    format!("Order {order_id}: here “{ours}”, at the certificate authority “{theirs}”."),
                    format!("Zamówienie {order_id}: tutaj „{ours}”, w urzędzie certyfikacji „{theirs}”."),
                )
            }
            Self::Certificate { serial_number, ours: Some(ours), theirs, .. } => {
                let (ours, theirs) = (ours.text(language), theirs.text(language));
                in_language(
                    language,
                    format!(
                        "Certificate {serial_number}: here “{ours}”, at the certificate authority “{theirs}”."
                    ),
                    format!(
                        "Certyfikat {serial_number}: tutaj „{ours}”, w urzędzie certyfikacji „{theirs}”."
                    ),
                )
            }
            Self::Certificate { serial_number, ours: None, .. } => in_language(
                language,
                format!("The service does not have certificate {serial_number}."),
                format!("Usługa nie ma certyfikatu {serial_number}."),
            ),
        }
    }
}

impl ImportDecision {
    /// Its name, as it stands in interfaces.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Take(_) => "take",
            Self::Owned(_) => "owned",
            Self::NotIssued => "not_issued",
            Self::Over => "over",
            Self::Superseded => "superseded",
            Self::NoOffer => "no_offer",
            Self::Unusable(_) => "unusable",
        }
    }

    /// What is to become of the purchase, for people. Why it makes no service is said in English.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let (english, polish) = match self {
            Self::Take(_) => ("becomes a service", "zostanie usługą"),
            Self::Owned(_) => ("a service has it", "ma je już usługa"),
            Self::NotIssued => ("no certificate was issued", "nie wydano certyfikatu"),
            Self::Over => {
                ("the certificate is expired or revoked", "certyfikat wygasł lub został unieważniony")
            }
            Self::Superseded => ("it was renewed", "zostało odnowione"),
            Self::NoOffer => ("no offer has its product", "żadna oferta nie ma tego produktu"),
            Self::Unusable(why) => {
                return in_language(language, format!("unusable: {why}"), format!("nie do użycia: {why}"));
            }
        };
        in_language(language, english, polish).to_owned()
    }
}

impl SaidBy {
    /// Who says so, for people.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        let (english, polish) = match self {
            Self::Us => ("we", "my"),
            Self::Authority => ("the certificate authority", "urząd certyfikacji"),
            Self::Both => ("we and the certificate authority", "my i urząd certyfikacji"),
        };
        in_language(language, english, polish)
    }
}

impl SecondOpinion {
    /// Its name, as it stands in interfaces.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Heard => "heard",
            Self::NotAsked => "not_asked",
            Self::Unanswered(_) => "unanswered",
        }
    }

    /// Whether the CA has said its part, for people.
    #[must_use]
    pub fn text(&self, language: Language) -> &'static str {
        let (english, polish) = match self {
            Self::Heard => ("has checked it", "sprawdził"),
            Self::NotAsked => ("was not asked", "nie był pytany"),
            Self::Unanswered(_) => ("did not answer", "nie odpowiedział"),
        };
        in_language(language, english, polish)
    }
}
