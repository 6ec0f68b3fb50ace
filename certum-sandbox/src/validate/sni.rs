//! Certificates that gather the names of others.

use std::collections::HashSet;

use certum_api::{
    operations::{ModifySniCertificate, OrderSniCertificate, OrderSniParameters},
    types::SerialNumbers,
};
use csr_tools::CertificateRequest;

use super::{
    Findings, MOST_ITEMS,
    certificates::{Named, SerialCodes, normalize, read_certificate, read_serial},
    request::{CsrCodes, read_request},
    requestor::{RequestorCodes, check_organization, check_requestor},
    texts::{ABSENT, check_hash_algorithm, check_language, is_blank},
};
use crate::products::SNI;

/// Which certificates an SNI certificate is to gather, and with which key.
pub(crate) struct SniDraft {
    pub(crate) request: Option<CertificateRequest>,
    /// As [`read_serial`] gives them, in order, each once.
    pub(crate) serials: Vec<String>,
}

/// Which SNI certificate is to be changed, and how.
#[derive(Debug)]
pub(crate) struct SniChange {
    pub(crate) named: Option<Named>,
    pub(crate) added: Vec<String>,
    pub(crate) removed: Vec<String>,
}

pub(crate) fn read_sni_order(order: &OrderSniCertificate, findings: &mut Findings) -> SniDraft {
    let OrderSniParameters { csr, language, hash_algorithm, .. } = &order.parameters;
    let mut request = None;
    if is_blank(csr.as_str()) && language.is_none() && hash_algorithm.is_none() {
        // One finding for what is missing altogether.
        findings.add(1197);
    } else {
        check_language(language.as_ref(), 1196, findings);
        check_hash_algorithm(hash_algorithm.as_ref(), &SNI, findings);
        request = read_request(csr.as_str(), &CsrCodes::SNI, Some(&SNI), findings);
    }
    let serials = match order.serial_numbers.items.as_slice() {
        // What stands for the list where there is none.
        [serial] if serial == ABSENT => {
            findings.add(1198);
            Vec::new()
        }
        serials => read_serials(serials, 1199, &SerialCodes::GATHERED, findings),
    };
    check_requestor(&order.requestor_info, &RequestorCodes::SNI, findings);
    check_organization(order.organization_info.as_ref(), false, findings);
    SniDraft { request, serials }
}

pub(crate) fn read_sni_change(change: &ModifySniCertificate, findings: &mut Findings) -> SniChange {
    let ModifySniCertificate {
        serial_number,
        x509_cert,
        add_serial_numbers,
        remove_serial_numbers,
        hash_algorithm,
        ..
    } = change;
    check_hash_algorithm(hash_algorithm.as_ref(), &SNI, findings);
    let named = read_changed(serial_number.as_deref(), x509_cert.as_deref(), findings);
    let read = |list: Option<&SerialNumbers>, empty, codes, findings: &mut Findings| {
        list.map(|list| read_serials(&list.items, empty, codes, findings)).unwrap_or_default()
    };
    let added = read(add_serial_numbers.as_ref(), 2035, &SerialCodes::ADDED, findings);
    let removed = read(remove_serial_numbers.as_ref(), 2039, &SerialCodes::REMOVED, findings);
    let [coming, leaving] = [&added, &removed].map(|serials| serials.iter().collect::<HashSet<_>>());
    let in_both: HashSet<_> = coming.intersection(&leaving).collect();
    for sent in add_serial_numbers.iter().flat_map(|list| &list.items).filter(|_| !in_both.is_empty()) {
        if in_both.contains(&&normalize(sent)) {
            findings.add_with(2043, sent.as_str());
        }
    }
    SniChange { named, added, removed }
}

/// The certificate to change. The sources list both ways to name it, and a code for neither: both may be there if
/// they name the same certificate.
fn read_changed(serial: Option<&str>, certificate: Option<&str>, findings: &mut Findings) -> Option<Named> {
    if serial.is_none() && certificate.is_none() {
        findings.add(2027);
    }
    let by_serial = serial.map(|serial| read_serial(serial, &SerialCodes::MODIFIED, findings));
    let by_itself = certificate.map(|certificate| match is_blank(certificate) {
        true => {
            findings.add(2034);
            None
        }
        false => read_certificate(certificate, 2033, findings),
    });
    match (by_serial, by_itself) {
        (Some(serial), None) => serial.map(|serial| Named { serial, der: None }),
        (None, named) => named.flatten(),
        (Some(serial), Some(named)) => {
            let (serial, named) = (serial?, named?);
            if serial != named.serial {
                findings.add(1164);
            }
            Some(named)
        }
    }
}

/// Reads serial numbers, each once. Of a list that is far too long nothing is read; there is no code for that but the
/// one for requests that are too large.
fn read_serials(serials: &[String], empty: u32, codes: &SerialCodes, findings: &mut Findings) -> Vec<String> {
    if serials.is_empty() {
        findings.add(empty);
    }
    if serials.len() > MOST_ITEMS {
        findings.add_with(2080, serials.len().to_string());
        return Vec::new();
    }
    let mut read = Vec::with_capacity(serials.len());
    let mut seen = HashSet::with_capacity(serials.len());
    for serial in serials {
        if let Some(serial) = read_serial(serial, codes, findings)
            && seen.insert(serial.clone())
        {
            read.push(serial);
        }
    }
    read
}
