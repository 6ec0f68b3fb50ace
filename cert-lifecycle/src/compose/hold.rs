//! Why a service is held, for people.

use cert_domain::{Findings, Language};

use super::{in_language, moment, reason};
use crate::acceptance::{Flaw, Flaws};
use crate::service::HoldReason;

impl HoldReason {
    /// What it is, for people.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::Blocked { findings } => {
                let findings = all(findings, language);
                in_language(
                    language,
                    format!("the certificate authority refuses the order: {findings}"),
                    format!("urząd certyfikacji nie przyjmuje zamówienia: {findings}"),
                )
            }
            Self::OtherMode => in_language(
                language,
                "the offer is for the certificate authority's other service, test or production: the order is not sent",
                "oferta dotyczy drugiej usługi urzędu certyfikacji, testowej albo produkcyjnej: zamówienie nie jest wysyłane",
            )
            .to_owned(),
            Self::NoClearAnswer => in_language(
                language,
                "the certificate authority gives no clear answer to the order",
                "urząd certyfikacji nie daje jednoznacznej odpowiedzi na zamówienie",
            )
            .to_owned(),
            Self::StrayOrder { order_id } => in_language(
                language,
                format!(
                    "the certificate authority has order {order_id}, which it had seemed to refuse: one of the two \
                     orders has to be cancelled"
                ),
                format!(
                    "urząd certyfikacji ma zamówienie {order_id}, które wydawało się odrzucone: jedno z dwóch \
                     zamówień trzeba anulować"
                ),
            ),
            Self::SeveralOrders { order_ids } => {
                let orders: Vec<_> = order_ids.iter().map(|order_id| order_id.as_str()).collect();
                let orders = orders.join(", ");
                in_language(
                    language,
                    format!("one of the orders {orders} is this service's, and only a person can tell which"),
                    format!(
                        "jedno z zamówień {orders} należy do tej usługi i tylko człowiek może wskazać które"
                    ),
                )
            }
            Self::ForeignOrder { order_id } => in_language(
                language,
                format!("order {order_id} at the certificate authority is not the one that was placed"),
                format!("zamówienie {order_id} w urzędzie certyfikacji nie jest tym, które złożono"),
            ),
            Self::RequestChanged => in_language(
                language,
                "the order is no longer what was sent before",
                "zamówienie różni się od tego, które wysłano wcześniej",
            )
            .to_owned(),
            Self::CertificateUnacceptable { flaws } => {
                let flaws = flaws.text(language);
                in_language(
                    language,
                    format!("what was issued is not what was ordered: {flaws}"),
                    format!("wydany certyfikat różni się od zamówionego: {flaws}"),
                )
            }
        }
    }
}

impl Flaws {
    /// All of them, for people.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        self.as_slice().iter().map(|flaw| flaw.text(language)).collect::<Vec<_>>().join("; ")
    }
}

impl Flaw {
    /// What is wrong, for people.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::Unreadable { problem } => in_language(
                language,
                format!("it can't be read ({problem})"),
                format!("nie można go odczytać ({problem})"),
            ),
            Self::OtherKey => in_language(
                language,
                "it is for another key than the request's",
                "dotyczy innego klucza niż klucz z żądania",
            )
            .to_owned(),
            Self::NamesMissing { names } => in_language(
                language,
                format!("it lacks {}", names.join(", ")),
                format!("brakuje w nim nazw: {}", names.join(", ")),
            ),
            Self::NamesUnasked { names } => in_language(
                language,
                format!("nobody ordered {}", names.join(", ")),
                format!("zawiera nazwy, których nikt nie zamówił: {}", names.join(", ")),
            ),
            Self::NotInForce { not_before, not_after } => {
                let (from, to) = (moment(*not_before), moment(*not_after));
                in_language(
                    language,
                    format!("it is valid from {from} to {to}"),
                    format!("jest ważny od {from} do {to}"),
                )
            }
            Self::NoIssuer => in_language(
                language,
                "none of the certificates that came with it issued it",
                "nie wystawił go żaden z dołączonych certyfikatów",
            )
            .to_owned(),
            Self::Authority => {
                in_language(language, "it may issue certificates itself", "może sam wystawiać certyfikaty")
                    .to_owned()
            }
        }
    }
}

pub(crate) fn all(findings: &Findings, language: Language) -> String {
    findings.as_slice().iter().map(|finding| reason(finding, language)).collect::<Vec<_>>().join("; ")
}
