//! The product of an order.

use super::{
    Findings,
    texts::{is_blank, is_longer},
};
use crate::products::{self, Lookup, Product};

const MAX_PRODUCT_CODE: usize = 3;

/// Reads the code of a product that is ordered for the first time.
pub(crate) fn read_product(code: &str, findings: &mut Findings) -> Option<&'static Product> {
    let lookup = read_code(code, findings)?;
    match lookup {
        Lookup::ForIssue(product) => return Some(product),
        Lookup::ForRenewal(_) => findings.add_with(1181, code),
        other => refuse(&other, code, findings),
    }
    None
}

/// Reads the code of a renewal, which has to be that of the product to renew. Without a product (since there is no
/// such certificate) any renewal will do.
pub(crate) fn read_renewal(
    code: &str,
    renewed: Option<&'static Product>,
    findings: &mut Findings,
) -> Option<&'static Product> {
    let lookup = read_code(code, findings)?;
    match lookup {
        Lookup::ForRenewal(product) if renewed.is_none_or(|renewed| renewed == product) => {
            return Some(product);
        }
        Lookup::ForRenewal(_) => findings.add_with(1167, code),
        Lookup::ForIssue(_) => findings.add_with(1166, code),
        other => refuse(&other, code, findings),
    }
    None
}

fn read_code(code: &str, findings: &mut Findings) -> Option<Lookup> {
    if is_blank(code) {
        findings.add(1014);
    } else if is_longer(code.trim(), MAX_PRODUCT_CODE) {
        findings.add_with(1080, code);
    } else {
        return Some(products::look_up(code.trim()));
    }
    None
}

fn refuse(lookup: &Lookup, code: &str, findings: &mut Findings) {
    match lookup {
        Lookup::ForSni => findings.add_with(2025, code),
        Lookup::Withdrawn => findings.add_with(1006, code),
        Lookup::ForIssue(_) | Lookup::ForRenewal(_) | Lookup::Unknown => findings.add_with(1075, code),
    }
}
