//! Documents that can be shown: what is secret or somebody's own is taken out.

use super::SOAP_NAMESPACE;
use super::TARGET_NAMESPACE;
use super::error::{DecodeError, DecodeProblem};
use super::namespaces::Space;
use super::reader::{Reader, Start};
use super::writer::Writer;

/// What stands in the place of a text that was taken out.
pub const REDACTED: &str = "[redacted]";

/// A request, an answer or a fault with the same elements, and only those texts that say nothing of a person and
/// give no access: identifiers, codes, states, dates, methods and the names that certificates are for. Every other
/// text, that of elements this version doesn't know among them, becomes [`REDACTED`]. Attributes, comments and
/// elements of other namespaces are left out.
///
/// # Errors
/// If the document can't be read as XML.
pub fn redact(document: &[u8]) -> Result<String, DecodeError> {
    let mut reader = Reader::new(document)?;
    let root = reader.next_child()?.ok_or_else(|| DecodeError::new(DecodeProblem::Truncated))?;
    let mut writer = Writer::with_capacity(document.len());
    copy(&root, "", true, &mut reader, &mut writer)?;
    reader.finish()?;
    Ok(writer.into_string())
}

fn copy(
    start: &Start<'_>,
    parent: &str,
    is_root: bool,
    reader: &mut Reader<'_>,
    writer: &mut Writer,
) -> Result<(), DecodeError> {
    let local = start.local_name();
    let name = match start.space() {
        Space::Other | Space::Instance => return reader.skip(),
        Space::None => local.to_owned(),
        Space::Soap => format!("soap:{local}"),
        Space::Target => format!("tns:{local}"),
    };
    writer.markup("<");
    writer.markup(&name);
    if is_root {
        for (prefix, namespace) in [("soap", SOAP_NAMESPACE), ("tns", TARGET_NAMESPACE)] {
            writer.markup(&format!(" xmlns:{prefix}=\"{namespace}\""));
        }
    }
    writer.markup(">");
    let mut text = String::new();
    let mut has_children = false;
    while let Some(child) = reader.next_mixed(&mut text)? {
        has_children = true;
        copy(&child, local, false, reader, writer)?;
    }
    let text = text.trim();
    if !text.is_empty() {
        let shown = if has_children || !is_harmless(parent, local) { REDACTED } else { text };
        // A text that XML can't carry is none that this protocol knows.
        if writer.text(shown).is_err() {
            writer.markup(REDACTED);
        }
    }
    writer.close(&name);
    Ok(())
}

/// The texts that may be shown.
fn is_harmless(parent: &str, name: &str) -> bool {
    match name {
        // How the call ended, and which page this is.
        "errorCode" | "successCode" | "timestamp" | "currentPage" | "pagesCount" | "returnCount"
        | "pageNumber" | "faultcode" => true,
        // What is asked for.
        "orderID"
        | "productCode"
        | "language"
        | "hashAlgorithm"
        | "fromDate"
        | "toDate"
        | "shortenedValidityPeriod"
        | "validityDaysLeft"
        | "revocationReason"
        | "keyCompromitationDate"
        | "validityPeriod"
        | "certificateNotificationEnabled" => true,
        "certificateDetails" | "orderDetails" | "orderStatus" => true,
        // How names are proved, and how far that has come. The code itself is not among it.
        "approverMethod"
        | "approverEmailPrefix"
        | "verificationNotificationEnabled"
        | "FQDN"
        | "DNSName"
        | "DNSNames"
        | "method"
        | "expireDate"
        | "verified"
        | "sendDate"
        | "verificationLinkValidityDate"
        | "verificationDate" => true,
        // Where orders and certificates stand.
        "orderDate" | "lastUpdateDate" | "certificateStatus" | "startDate" | "endDate" | "revokedDate"
        | "expiringDate" => true,
        // The same names mean other things elsewhere: a person's province, the number of a one-man business.
        "state" => matches!(parent, "manualVerification" | "verification"),
        "type" => matches!(parent, "verification" | "product" | "document"),
        "code" => parent == "product",
        "serialNumber" => !matches!(parent, "orderParameters" | "ParsedCSR"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! golden {
        ($name:literal) => {
            redact(include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/", $name, ".xml")))
                .unwrap()
        };
    }

    #[test]
    fn takes_secrets_and_personal_data_out_of_a_request() {
        let shown = golden!("quick_order.request");
        for secret in
            ["s3cret", "reseller", "MIH2", "customer-7", "Spółka", "jan@", "Żółw", "+4822", "PL5250001009"]
        {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
        for kept in [
            "<password>[redacted]</password>",
            "<orderID>svc-1-1</orderID>",
            "<DNSName>www.shop.example.com</DNSName>",
            "<phone>[redacted]</phone>",
            "<approverMethod>ADMIN</approverMethod>",
        ] {
            assert!(shown.contains(kept), "{kept} not in {shown}");
        }
    }

    #[test]
    fn takes_personal_data_out_of_answers_and_faults() {
        let shown = golden!("get_order_by_order_id.response");
        assert!(!shown.contains("jan@") && !shown.contains("MIIB") && !shown.contains("customer-7"));
        assert!(shown.contains("<orderStatus>ENROLLED</orderStatus>"));
        let shown = golden!("quick_order.refusal");
        assert!(shown.contains("<errorCode>1008</errorCode>") && !shown.contains("shop example.com"));
        assert!(!golden!("fault").contains("try again"));
        assert!(!golden!("get_documents_list.response").contains("register"));
    }

    #[test]
    fn is_not_misled_by_prefixes_cdata_comments_or_unknown_elements() {
        let document = format!(
            "<a:Envelope xmlns:a='{SOAP_NAMESPACE}' xmlns:b='urn:b'><b:password>p1</b:password><a:Body>\
             <x note='p2' xmlns='{TARGET_NAMESPACE}'><password><![CDATA[p3]]>&#112;4</password>\
             <secret>p5<in>p6</in></secret><!-- p7 --><orderID>o<p>p8</p></orderID></x></a:Body></a:Envelope>"
        );
        let shown = redact(document.as_bytes()).unwrap();
        for number in 1..=8 {
            assert!(!shown.contains(&format!("p{number}")), "{shown}");
        }
        assert!(shown.contains("<tns:password>[redacted]</tns:password>"), "{shown}");
    }

    #[test]
    fn shows_nothing_of_what_is_not_xml() {
        assert!(redact(b"<password>s3cret</passwor>").is_err());
        assert!(redact(b"s3cret").is_err());
    }
}
