use std::{fmt::Debug, fs, io::Write as _, path::Path, process::Command};

use certum_api::{operations as api, wire};

use super::*;
use crate::habits::Habits;

const SEEDS: std::ops::RangeInclusive<u64> = 1..=300;

/// The golden answers of the client's crate, each as the codec writes it.
fn answers() -> Vec<(&'static str, String, Check)> {
    macro_rules! answers {
        ($($operation:ident = $file:literal),* $(,)?) => {
            vec![$( ($file, rewritten::<api::$operation>($file), check::<api::$operation> as Check) ),*]
        };
    }
    answers![
        AddEmailVerification = "add_email_verification.response",
        AddSanVerification = "add_san_verification.response",
        CancelOrder = "cancel_order.response",
        GetCertificate = "get_certificate.response",
        GetDocumentsList = "get_documents_list.response",
        GetEmailVerification = "get_email_verification.response",
        GetExpiringCertificates = "get_expiring_certificates.response",
        GetModifiedOrders = "get_modified_orders.response",
        GetOrderByOrderId = "get_order_by_order_id.response",
        GetOrderState = "get_order_state.response",
        GetOrdersByDateRange = "get_orders_by_date_range.response",
        GetProductList = "get_product_list.response",
        GetSanVerificationState = "get_san_verification_state.response",
        ModifySniCertificate = "modify_sni_certificate.response",
        OrderSniCertificate = "order_sni_certificate.response",
        PerformSanVerification = "perform_san_verification.response",
        QuickOrder = "quick_order.response",
        QuickOrder = "quick_order.refusal",
        ReissueCertificate = "reissue_certificate.response",
        RenewCertificate = "renew_certificate.response",
        RevokeCertificate = "revoke_certificate.response",
        ValidateOrderParameters = "validate_order_parameters.response",
        VerifyOrder = "verify_order.response",
    ]
}

/// Compares what two documents say.
type Check = fn(&str, &str, &str);

fn check<O: wire::Operation<Response: Debug + PartialEq>>(plain: &str, laid_out: &str, about: &str) {
    let read = |document: &str| wire::decode_response::<O>(document.as_bytes());
    assert!(read(plain).is_ok());
    assert_eq!(read(laid_out), read(plain), "{about}: {laid_out}");
}

fn rewritten<O: wire::Operation<Response: Debug + PartialEq>>(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../certum-api/tests/golden/{file}.xml"));
    match wire::decode_response::<O>(&fs::read(path).unwrap()).unwrap() {
        wire::Answer::Success { header, response } => {
            wire::encode_response::<O>(&header, Some(&response)).unwrap()
        }
        wire::Answer::Failure(header) => wire::encode_response::<O>(&header, None).unwrap(),
        fault => panic!("{file} is {fault:?}"),
    }
}

fn fault(text: &str) -> String {
    wire::encode_fault(&wire::Fault::new("soap:Client", text)).unwrap()
}

fn lay_out(seed: u64, document: &str) -> String {
    Habits::from_seed(seed).layout.apply(document).unwrap_or_else(|| document.to_owned())
}

#[test]
fn every_answer_says_the_same_however_it_is_laid_out() {
    for (file, plain, check) in answers() {
        for seed in SEEDS {
            check(&plain, &lay_out(seed, &plain), &format!("{file}, seed {seed}"));
        }
    }
}

#[test]
fn texts_survive_whatever_is_in_them() {
    for text in
        ["", " ", " a\n b ", "a & b < c > d \"e\" 'f'", "]]>", "]]&gt;", "a\rb\r\nc", "żółw", "<!-- -->"]
    {
        for seed in SEEDS {
            let plain = fault(text);
            let read = wire::decode_response::<api::QuickOrder>(lay_out(seed, &plain).as_bytes());
            let Ok(wire::Answer::Fault(read)) = read else { panic!("{text:?}: {read:?}") };
            assert_eq!(read.text, text, "seed {seed}");
        }
    }
}

#[test]
fn the_prefix_of_a_fault_code_is_the_envelopes() {
    let layout = |envelope| Layout { envelope, ..Layout::PLAIN };
    let code = |layout: Layout| {
        let document = layout.apply(&fault("x")).unwrap();
        let (start, rest) =
            document.split_once("</faultcode>").map(|(head, rest)| (head.to_owned(), rest)).unwrap();
        assert!(rest.ends_with("Envelope>"));
        start.rsplit_once("<faultcode").unwrap().1.to_owned()
    };
    assert_eq!(code(layout(Some("S"))), ">S:Client");
    // Where an answer's envelope has none, a fault's has one all the same.
    let gap = Gap::Newline;
    assert_eq!(code(Layout { gap, ..layout(None) }), ">soap:Client");
}

#[test]
fn seeds_differ_in_each_thing_that_a_client_may_trip_over() {
    let (_, plain, _) = answers().into_iter().find(|(file, ..)| *file == "get_certificate.response").unwrap();
    let drawn: Vec<String> = SEEDS.map(|seed| lay_out(seed, &plain)).collect();
    for part in [
        "<?xml ",
        "<Envelope xmlns=\"",
        "<soapenv:Envelope ",
        "<getCertificateResponse xmlns=\"",
        "<ns2:getCertificateResponse>",
        " xmlns=\"\"",
        "<!--",
        "<![CDATA[",
        "\r\n",
        "\n\t\t",
    ] {
        let count = drawn.iter().filter(|document| document.contains(part)).count();
        assert!((10..290).contains(&count), "{part}: {count} of 300");
    }
}

#[test]
fn leaves_alone_what_the_codec_does_not_write() {
    let layout = Layout { gap: Gap::Newline, ..Layout::PLAIN };
    let whole = fault("x");
    assert!(layout.apply(&whole).is_some());
    for strange in [
        whole.replace("<faultstring>", "text<faultstring>"),
        whole.replace("soap:Envelope", "soap:Letter"),
        whole.replace("<faultstring>x", "<faultstring>&unheard;"),
        whole.replace("<faultstring>", "<faultstring xmlns=\"urn:other\">"),
        whole.replace("<faultstring>", "<faultstring xml:lang=\"en\">"),
        whole.replace("<soap:Body>", "<soap:Body><!-- c -->"),
        whole.replace("</soap:Body>", ""),
        String::new(),
    ] {
        assert_eq!(layout.apply(&strange), None, "{strange}");
    }
}

#[test]
fn others_find_the_documents_valid() {
    const ENVELOPE: &str = r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
        targetNamespace="http://schemas.xmlsoap.org/soap/envelope/" elementFormDefault="qualified">
        <xs:import namespace="http://webservice.api.muc.unizeto.pl/" schemaLocation="service.xsd"/>
        <xs:element name="Envelope"><xs:complexType><xs:sequence>
          <xs:element name="Body"><xs:complexType><xs:sequence>
            <xs:any processContents="strict"/>
          </xs:sequence></xs:complexType></xs:element>
        </xs:sequence></xs:complexType></xs:element>
        <xs:element name="Fault"><xs:complexType><xs:sequence>
          <xs:element name="faultcode" type="xs:QName" form="unqualified"/>
          <xs:element name="faultstring" type="xs:string" form="unqualified"/>
        </xs:sequence></xs:complexType></xs:element>
      </xs:schema>"#;
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    fs::write(path("service.xsd"), wire::schema()).unwrap();
    fs::write(path("envelope.xsd"), ENVELOPE).unwrap();
    let mut documents = Vec::new();
    for seed in 0..=40 {
        let answers = answers().into_iter().map(|(file, plain, _)| (file, plain));
        for (file, plain) in answers.chain([("fault", fault("no & no"))]) {
            let path = path(&format!("{file}.{seed}.xml"));
            fs::write(&path, lay_out(seed, &plain)).unwrap();
            documents.push(path);
        }
    }
    let run = Command::new("xmllint")
        .arg("--noout")
        .arg("--schema")
        .arg(path("envelope.xsd"))
        .args(&documents)
        .output();
    match run {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
        // Straight to standard error, past what the test harness keeps to itself of tests that pass.
        Err(_) => {
            let _ = writeln!(std::io::stderr(), "skipped: xmllint is not installed (Debian: libxml2-utils)");
        }
    }
}
