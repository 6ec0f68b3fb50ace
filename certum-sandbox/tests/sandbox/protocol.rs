//! SOAP as others speak it.

use super::support::{World, envelope};

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
async fn a_request_that_is_too_large_gets_a_soap_fault() {
    let world = World::start().await;
    let answer = world.post("x".repeat((4 << 20) + 1)).await.unwrap();
    assert_eq!(answer.status, 500);
    assert!(answer.text("faultstring").unwrap().contains("larger than 4194304 bytes"), "{}", answer.body);
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
async fn the_wsdl_is_said_to_be_missing() {
    let world = World::start().await;
    let answer = world.http.get(world.sandbox.endpoint()).send().await.unwrap();
    assert_eq!(answer.status(), 404);
    assert!(answer.text().await.unwrap().contains("not served yet"));
}
