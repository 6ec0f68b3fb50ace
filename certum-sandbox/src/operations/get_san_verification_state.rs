//! `getSanVerificationState`: how far the proof of each name has come.

use certum_api::{
    operations::{GetSanVerificationState, GetSanVerificationStateResponse},
    types::{
        ManualVerification, SanVerificationState, SanVerificationStatus, SystemVerification,
        SystemVerificationMethod,
    },
};
use jiff::Timestamp;

use super::{Refused, Serve, Served, orders};
use crate::{
    orders::{Caa, NameState, Order, Proof},
    service::Service,
};

impl Serve for GetSanVerificationState {
    async fn serve(self, service: &Service) -> Result<Served<GetSanVerificationStateResponse>, Refused> {
        orders::check_order_id(&self.order_id)?;
        let (book, now) = service.settled();
        let (_, order) = orders::find(&book, &self.order_id)?;
        let mut response = GetSanVerificationStateResponse::new();
        response.san_verifications = order.names.iter().map(|state| tell(order, state, now)).collect();
        Ok(response.into())
    }

    fn order_id(&self, _service: &Service) -> Option<String> {
        Some(self.order_id.clone())
    }
}

fn tell(order: &Order, state: &NameState, now: Timestamp) -> SanVerificationState {
    let counts = order.counts(&state.proof, now);
    let (status, unproven) = match &state.proof {
        Proof::Required => (SanVerificationStatus::Required, None),
        Proof::Failed { reason, tries: 1, .. } => (SanVerificationStatus::Failed, Some(reason.clone())),
        Proof::Failed { at, reason, tries } => {
            (SanVerificationStatus::Failed, Some(format!("{reason} (look {tries}, at {at})")))
        }
        Proof::Verified { .. } if counts => (SanVerificationStatus::Verified, None),
        // There is no word for a proof that has grown too old: it has to be given again.
        Proof::Verified { at, .. } => {
            (SanVerificationStatus::Required, Some(format!("the proof of {at} is too old to be used")))
        }
    };
    let mut manual = ManualVerification::new(status);
    manual.expire_date = state.proof.expires_at().filter(|_| counts);
    let blocked = match &state.caa {
        Caa::Blocked { reason, .. } => Some(reason.as_str()),
        _ => None,
    };
    let rejected = order.rejected.as_ref().map(|rejection| rejection.reason.as_str());
    // The Partner API has no place for the reasons of its own checks, nor for why an order was refused, and
    // this one helps whoever waits.
    let reasons: Vec<&str> = unproven.as_deref().into_iter().chain(blocked).chain(rejected).collect();
    manual.info = (!reasons.is_empty()).then(|| reasons.join("; "));
    let mut told = SanVerificationState::new(state.name.as_str(), manual);
    let methods: Vec<_> = blocked
        .map(|_| SystemVerificationMethod::Caa)
        .into_iter()
        .chain(order.blocked.as_ref().map(|block| block.method.clone()))
        .collect();
    if !methods.is_empty() {
        let mut system = SystemVerification::new();
        system.methods = methods;
        told.system.push(system);
    }
    told
}
