//! `getSanVerificationState`: how far the proof of each name has come.

use certum_api::{
    operations::{GetSanVerificationState, GetSanVerificationStateResponse},
    types::{
        ManualVerification, SanVerificationState, SanVerificationStatus, SystemVerification,
        SystemVerificationMethod,
    },
};
use jiff::Timestamp;

use super::{Refused, Serve, orders};
use crate::{
    orders::{Caa, NameState, Proof},
    service::Service,
    validate::refusal,
};

impl Serve for GetSanVerificationState {
    async fn serve(
        self,
        service: &Service,
        _now: Timestamp,
    ) -> Result<GetSanVerificationStateResponse, Refused> {
        orders::check_order_id(&self.order_id)?;
        let book = service.book();
        let order = book.order(&self.order_id).ok_or_else(|| refusal(1033, self.order_id.as_str()))?;
        let mut response = GetSanVerificationStateResponse::new();
        response.san_verifications = order.names.iter().map(tell).collect();
        Ok(response)
    }

    fn order_id(&self, _service: &Service) -> Option<String> {
        Some(self.order_id.clone())
    }
}

fn tell(state: &NameState) -> SanVerificationState {
    let mut manual = ManualVerification::new(match &state.proof {
        Proof::Required => SanVerificationStatus::Required,
        Proof::Failed { .. } => SanVerificationStatus::Failed,
        Proof::Verified { .. } => SanVerificationStatus::Verified,
    });
    manual.expire_date = state.proof.expires_at();
    let failed = match &state.proof {
        Proof::Failed { reason, .. } => Some(reason.as_str()),
        _ => None,
    };
    let blocked = match &state.caa {
        Caa::Blocked { reason, .. } => Some(reason.as_str()),
        _ => None,
    };
    // The Partner API has no place for the reasons of its own checks, and this one helps whoever waits.
    let reasons: Vec<&str> = failed.into_iter().chain(blocked).collect();
    manual.info = (!reasons.is_empty()).then(|| reasons.join("; "));
    let mut told = SanVerificationState::new(state.name.as_str(), manual);
    if blocked.is_some() {
        let mut system = SystemVerification::new();
        system.methods.push(SystemVerificationMethod::Caa);
        told.system.push(system);
    }
    told
}
