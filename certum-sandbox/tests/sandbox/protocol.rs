//! SOAP as others speak it.

use super::support::{Order, World, envelope};

#[tokio::test]
async fn any_prefix_and_white_space_will_do() {
    let world = World::start().await;
    let document = "<?xml version='1.0'?>\n<!-- hello -->\n<E:Envelope\n xmlns:E='http://schemas.xmlsoap.org/soap/envelope/'>\n\
        <E:Body>\n <getOrderState xmlns='http://webservice.api.muc.unizeto.pl/'>\n\
        <requestHeader xmlns=''><authToken><password><![CDATA[sandbox]]></password>\
        <userName>re<!-- -->seller</userName></authToken></requestHeader>\n\
        <orderID xmlns=''>nobody</orderID></getOrderState></E:Body></E:Envelope>\n";
    let answer = world.post(document).await.unwrap();
    assert_eq!((answer.status, answer.codes()), (200, vec![1033]), "{}", answer.body);
}

#[tokio::test]
async fn both_addresses_take_calls() {
    let world = World::start().await;
    let endpoint = world.sandbox.endpoint();
    assert_eq!(endpoint.path(), "/service/PartnerApi.wsdl");
    let document = envelope("reseller", "sandbox", "getOrderState", "<orderID>x</orderID>");
    let other = world.http.post(endpoint.join("PartnerApi").unwrap()).body(document).send().await.unwrap();
    assert_eq!(other.headers()["content-type"], "text/xml; charset=utf-8");
    assert!(other.text().await.unwrap().contains("<errorCode>1033</errorCode>"));
}

#[tokio::test]
async fn wrong_credentials_have_a_success_code_of_their_own_and_leak_nothing() {
    let mut world = World::start().await;
    for (user, password) in [("reseller", "wrong"), ("nobody", "sandbox"), ("", "")] {
        (world.user, world.password) = (user, password);
        let answer = world.call("getOrderState", "<orderID>x</orderID>").await;
        assert_eq!((answer.status, answer.text("successCode").as_deref()), (200, Some("2")));
        assert_eq!(answer.codes(), Vec::<u32>::new());
    }
    world.user = Box::leak("u".repeat(256).into_boxed_str());
    world.password = Box::leak("p".repeat(256).into_boxed_str());
    assert_eq!(world.call("getOrderState", "<orderID>x</orderID>").await.codes(), [1084, 1090]);
    let calls = serde_json::to_string(&world.sandbox.calls()).unwrap();
    assert!(!calls.contains("wrong") && !calls.contains("ppp"), "{calls}");
}

#[tokio::test]
async fn what_is_no_call_gets_a_soap_fault() {
    let world = World::start().await;
    let whole = envelope("reseller", "sandbox", "getOrderState", "<orderID>x</orderID>");
    for (document, expected) in [
        (String::new(), "cut off"),
        ("nonsense".to_owned(), ""),
        (whole[..whole.len() / 2].to_owned(), ""),
        ("<html/>".to_owned(), "expected"),
        (
            envelope("reseller", "sandbox", "getStatement", ""),
            "the operation getStatement is not implemented",
        ),
        (format!("<!DOCTYPE x [<!ENTITY e 'x'>]>{}", &whole[38..]), "document type"),
        (whole.replace("<orderID>x</orderID>", "<orderID>x</orderID><orderID>y</orderID>"), "twice"),
        (whole.replace("<password>sandbox</password>", ""), "requestHeader"),
    ] {
        let answer = world.post(document.clone()).await.unwrap();
        assert_eq!(answer.status, 500, "{document}");
        assert_eq!(answer.text("faultcode").as_deref(), Some("soap:Client"), "{}", answer.body);
        assert!(answer.text("faultstring").unwrap().contains(expected), "{}", answer.body);
    }
}

#[tokio::test]
async fn a_request_may_be_as_large_as_the_largest_document_in_base64() {
    let world = World::start().await;
    let whole = envelope("reseller", "sandbox", "getOrderState", "<orderID>x</orderID>");
    let filler = format!("<!--{}--><orderID>", "x".repeat(40 << 20));
    let answer = world.post(whole.replace("<orderID>", &filler)).await.unwrap();
    assert_eq!((answer.status, answer.codes()), (200, vec![1033]));
}

#[tokio::test]
async fn a_request_that_is_too_large_gets_a_soap_fault_once_it_is_out() {
    let world = World::start().await;
    for length in [(48 << 20) + 1, 60 << 20] {
        let answer = world.post("x".repeat(length)).await.unwrap();
        assert_eq!(answer.status, 500);
        assert!(
            answer.text("faultstring").unwrap().contains("larger than 50331648 bytes"),
            "{}",
            answer.body
        );
    }
}

#[tokio::test]
async fn a_body_in_another_encoding_gets_a_soap_fault() {
    let world = World::start().await;
    let whole = envelope("reseller", "sandbox", "getOrderState", "<orderID>x</orderID>");
    let utf_16: Vec<u8> =
        [0xfeff].into_iter().chain(whole.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let latin = whole.replace("<orderID>x", "<orderID>@").into_bytes();
    let latin = latin.into_iter().map(|byte| if byte == b'@' { 0xf3 } else { byte }).collect();
    // The first bytes of any gzip stream.
    let gzip = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3][..], &[0xb3; 40]].concat();
    for (name, body) in [("UTF-16", utf_16), ("ISO 8859-2", latin), ("gzip", gzip)] {
        let answer = world.post(body).await.unwrap();
        assert_eq!(answer.status, 500, "{name}");
        assert_eq!(answer.text("faultcode").as_deref(), Some("soap:Client"), "{name}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_byte_order_mark_and_any_content_type_will_do() {
    let world = World::start().await;
    let whole = envelope("reseller", "sandbox", "getOrderState", "<orderID>x</orderID>");
    for kind in
        ["text/xml", "text/xml;charset=\"utf-8\"", "application/xml", "application/soap+xml", "nonsense"]
    {
        let request = world.http.post(world.sandbox.endpoint()).header("content-type", kind);
        let response = request.body(format!("\u{feff}{whole}")).send().await.unwrap();
        assert_eq!(response.status(), 200, "{kind}");
        assert!(response.text().await.unwrap().contains("<errorCode>1033</errorCode>"), "{kind}");
    }
}

#[tokio::test]
async fn envelopes_that_must_not_be_processed_have_fault_codes_of_their_own() {
    let world = World::start().await;
    let whole = envelope("reseller", "sandbox", "getOrderState", "<orderID>x</orderID>");
    let newer =
        whole.replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope");
    let entry = |attributes: &str| {
        let header = format!("<soapenv:Header><w:Security xmlns:w='urn:w' {attributes}/></soapenv:Header>");
        whole.replace("<soapenv:Header/>", &header)
    };
    for (document, expected) in
        [(newer, "soap:VersionMismatch"), (entry("soapenv:mustUnderstand='1'"), "soap:MustUnderstand")]
    {
        let answer = world.post(document).await.unwrap();
        assert_eq!((answer.status, answer.text("faultcode").as_deref()), (500, Some(expected)));
    }
    let harmless = world.post(entry("soapenv:mustUnderstand='0'")).await.unwrap();
    assert_eq!((harmless.status, harmless.codes()), (200, vec![1033]));
    assert_eq!(world.sandbox.calls().len(), 3, "calls that were not carried out are recorded, too");
}

#[tokio::test]
async fn every_document_gets_an_answer_however_it_is_cut_or_spoilt() {
    let world = World::start().await;
    let fields = Order::new("", "601", &["a.example.com"], "FILE").fields();
    let (head, rest) = fields.split_once("<CSR>").unwrap();
    let (_, tail) = rest.split_once("</CSR>").unwrap();
    let whole =
        envelope("reseller", "sandbox", "quickOrder", &format!("{head}<CSR>x</CSR>{tail}")).into_bytes();
    let cut = (0..whole.len()).map(|end| whole[..end].to_vec());
    let spoilt = (0..whole.len()).map(|at| {
        let mut document = whole.clone();
        // One of a few that mean something in XML or in UTF-8, so that the damage differs from place to place.
        document[at] = [b'<', b'>', b'&', b'/', b'"', 0, 0xff, b'A'][at % 8];
        document
    });
    for document in cut.chain(spoilt) {
        let shown = String::from_utf8_lossy(&document).into_owned();
        let answer = world.post(document).await.unwrap();
        let part = if answer.status == 200 { "successCode" } else { "faultstring" };
        assert!(
            answer.text(part).is_some() && matches!(answer.status, 200 | 500),
            "{shown}: {}",
            answer.body
        );
        assert!(answer.body.ends_with("</soap:Envelope>"), "{shown}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_missing_identifier_has_its_own_code() {
    let world = World::start().await;
    for operation in ["getOrderState", "getSanVerificationState", "getOrderByOrderID", "addSanVerification"] {
        assert_eq!(world.call(operation, "").await.codes(), [1011], "{operation}");
        let long = format!("<orderID>{}</orderID>", "x".repeat(51));
        assert_eq!(world.call(operation, &long).await.codes(), [1079], "{operation}");
    }
}

#[tokio::test]
async fn the_answer_is_dated_by_the_sandbox_clock() {
    let world = World::start().await;
    let answer = world.call("getOrderState", "<orderID>x</orderID>").await;
    assert_eq!(answer.text("timestamp").as_deref(), Some(super::support::START));
}

#[tokio::test]
async fn the_description_names_the_address_where_it_was_asked_for() {
    let world = World::start().await;
    let info = world.sandbox.info();
    let own = info.wsdl.join("PartnerApi").unwrap();
    let asked = info.wsdl.join("PartnerApi?WSDL").unwrap();
    for (url, host, expected) in [
        (&info.wsdl, None, own.to_string()),
        (&asked, None, own.to_string()),
        (&info.wsdl, Some("certum.test:8443"), "http://certum.test:8443/service/PartnerApi".to_owned()),
        (&asked, Some("localhost"), "http://localhost/service/PartnerApi".to_owned()),
        // What can't be a host is not repeated.
        (&info.wsdl, Some("a\"/><evil b=\""), own.to_string()),
        (&info.wsdl, Some("a@b.test"), own.to_string()),
    ] {
        let mut request = world.http.get(url.clone()).header("x-forwarded-host", "elsewhere.test");
        if let Some(host) = host {
            request = request.header("host", host);
        }
        let response = request.send().await.unwrap();
        assert_eq!(
            (response.status(), &response.headers()["content-type"]),
            (200.try_into().unwrap(), &"text/xml; charset=utf-8".parse().unwrap())
        );
        let wsdl = response.text().await.unwrap();
        assert!(wsdl.contains(&format!("<soap:address location=\"{expected}\"/>")), "{host:?}: {wsdl}");
        assert!(wsdl.contains("<wsdl:operation name=\"quickOrder\">"));
    }
}

#[tokio::test]
async fn other_methods_are_told_which_there_are() {
    let world = World::start().await;
    for path in ["PartnerApi.wsdl", "PartnerApi"] {
        for method in [reqwest::Method::PUT, reqwest::Method::DELETE, reqwest::Method::OPTIONS] {
            let url = world.sandbox.endpoint().join(path).unwrap();
            let response = world.http.request(method, url).send().await.unwrap();
            assert_eq!(
                (response.status().as_u16(), &response.headers()["allow"]),
                (405, &"GET, HEAD, POST".parse().unwrap())
            );
        }
    }
    let bare = world.http.get(world.sandbox.endpoint().join("PartnerApi").unwrap()).send().await.unwrap();
    assert_eq!(bare.status(), 404);
}
