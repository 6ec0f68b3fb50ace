//! The parameters of a cancellation.

use certum_api::operations::CancelParameters;

use super::{
    Findings,
    texts::{check_asked_id, is_blank},
};

/// The length of the note is not limited by any code.
pub(crate) fn check_cancellation(parameters: &CancelParameters, findings: &mut Findings) {
    if is_blank(&parameters.order_id) && parameters.note.is_none() {
        // One finding for what is missing altogether.
        return findings.add(2053);
    }
    check_asked_id(&parameters.order_id, 2055, findings);
}
