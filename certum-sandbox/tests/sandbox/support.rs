//! A client of few words: it writes XML by hand and cuts the answer apart with string searches, so that it
//! shares no code with the sandbox's codec.

use certum_sandbox::{Habits, Sandbox, SandboxBuilder, SandboxClock};
use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};
use jiff::Timestamp;

pub(crate) const START: &str = "2026-11-21T12:00:00Z";

pub(crate) fn start_time() -> Timestamp {
    START.parse().unwrap()
}

/// A sandbox, and a client with the right credentials.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) http: reqwest::Client,
    pub(crate) user: &'static str,
    pub(crate) password: &'static str,
    /// Whether calls are made in the same process.
    is_within: bool,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_with(|builder| builder).await
    }

    pub(crate) async fn start_with(change: impl FnOnce(SandboxBuilder) -> SandboxBuilder) -> Self {
        Self::around(change(builder()).start().await.unwrap(), false)
    }

    /// The same without sockets.
    pub(crate) fn within() -> Self {
        Self::within_with(|builder| builder)
    }

    pub(crate) fn within_with(change: impl FnOnce(SandboxBuilder) -> SandboxBuilder) -> Self {
        Self::around(change(builder()).in_process().unwrap(), true)
    }

    fn around(sandbox: Sandbox, is_within: bool) -> Self {
        Self { sandbox, http: reqwest::Client::new(), user: "reseller", password: "sandbox", is_within }
    }

    /// Calls an operation with these fields after the header.
    pub(crate) async fn call(&self, operation: &str, fields: &str) -> Answer {
        self.try_call(operation, fields).await.unwrap()
    }

    pub(crate) async fn try_call(&self, operation: &str, fields: &str) -> Result<Answer, reqwest::Error> {
        self.post(envelope(self.user, self.password, operation, fields)).await
    }

    pub(crate) async fn post(&self, document: impl Into<reqwest::Body>) -> Result<Answer, reqwest::Error> {
        if self.is_within {
            let document = document.into();
            let answer = self.sandbox.exchange(document.as_bytes().unwrap()).await.unwrap();
            return Ok(Answer { status: answer.status, body: String::from_utf8_lossy(&answer.body).into() });
        }
        let request =
            self.http.post(self.sandbox.endpoint()).header("content-type", "text/xml; charset=utf-8");
        let response = request.body(document).send().await?;
        Ok(Answer { status: response.status().as_u16(), body: response.text().await? })
    }

    /// Places an order that must be taken, and returns its verification code.
    pub(crate) async fn order(&self, order: &Order) -> String {
        let answer = self.call("quickOrder", &order.fields()).await;
        assert_eq!(answer.codes(), Vec::<u32>::new(), "{}", answer.body);
        answer.text("code").unwrap()
    }

    pub(crate) async fn status(&self, order_id: &str) -> String {
        let answer = self.call("getOrderState", &format!("<orderID>{order_id}</orderID>")).await;
        answer.text("orderStatus").unwrap_or_else(|| panic!("{}", answer.body))
    }

    pub(crate) async fn names_state(&self, order_id: &str) -> Answer {
        self.call("getSanVerificationState", &format!("<orderID>{order_id}</orderID>")).await
    }

    pub(crate) async fn perform(&self, code: &str) -> Answer {
        self.call("performSanVerification", &format!("<code>{code}</code>")).await
    }

    /// The certificate of an order that must have one.
    pub(crate) async fn certificate(&self, order_id: &str) -> String {
        let answer = self.call("getCertificate", &format!("<orderID>{order_id}</orderID>")).await;
        let details = answer.text("certificateDetails").unwrap_or_else(|| panic!("{}", answer.body));
        inner(&details, "X509Cert").unwrap()
    }

    pub(crate) async fn control(
        &self,
        method: reqwest::Method,
        path: &str,
        body: &str,
    ) -> (u16, serde_json::Value) {
        let url = self.sandbox.control_url().join(path).unwrap();
        let response = self.http.request(method, url).body(body.to_owned()).send().await.unwrap();
        (response.status().as_u16(), serde_json::from_slice(&response.bytes().await.unwrap()).unwrap())
    }
}

fn builder() -> SandboxBuilder {
    // The tests that are about habits choose their own.
    Sandbox::builder().clock(SandboxClock::fixed(start_time())).seed(1).habits(Habits::plain())
}

impl Answer {
    /// The text inside the first element of that name.
    pub(crate) fn text(&self, element: &str) -> Option<String> {
        inner(&self.body, element)
    }

    pub(crate) fn codes(&self) -> Vec<u32> {
        all(&self.body, "errorCode").iter().map(|code| code.parse().unwrap()).collect()
    }

    pub(crate) fn is_success(&self) -> bool {
        self.text("successCode").as_deref() == Some("0")
    }
}

pub(crate) fn inner(xml: &str, element: &str) -> Option<String> {
    all(xml, element).into_iter().next()
}

pub(crate) fn all(xml: &str, element: &str) -> Vec<String> {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    xml.split(&open)
        .skip(1)
        .filter_map(|rest| rest.split_once(&close))
        .map(|(text, _)| text.to_owned())
        .collect()
}

pub(crate) fn envelope(user: &str, password: &str, operation: &str, fields: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:web=\"http://webservice.api.muc.unizeto.pl/\"><soapenv:Header/><soapenv:Body>\
         <web:{operation}><requestHeader><authToken><password>{password}</password>\
         <userName>{user}</userName></authToken></requestHeader>{fields}</web:{operation}>\
         </soapenv:Body></soapenv:Envelope>"
    )
}

/// An order that is right, and every part of which a test can spoil.
pub(crate) struct Order {
    pub(crate) id: &'static str,
    pub(crate) product: &'static str,
    pub(crate) customer: String,
    pub(crate) csr: String,
    pub(crate) names: Vec<&'static str>,
    pub(crate) approver: String,
    pub(crate) extra: String,
    pub(crate) requestor: String,
}

impl Order {
    pub(crate) fn new(id: &'static str, product: &'static str, names: &[&'static str], method: &str) -> Self {
        Self {
            id,
            product,
            customer: "customer-1".to_owned(),
            csr: csr(names[0]),
            names: names.to_vec(),
            approver: format!("<SANApprover><approverMethod>{method}</approverMethod></SANApprover>"),
            extra: String::new(),
            requestor: "<requestorInfo><email>jan@example.com</email><firstName>Jan</firstName>\
                        <lastName>Nowak</lastName></requestorInfo>"
                .to_owned(),
        }
    }

    pub(crate) fn fields(&self) -> String {
        let Self { id, product, customer, csr, approver, extra, requestor, .. } = self;
        let names: String =
            self.names.iter().map(|name| format!("<SANEntry><DNSName>{name}</DNSName></SANEntry>")).collect();
        let id = if id.is_empty() { String::new() } else { format!("<orderID>{id}</orderID>") };
        format!(
            "{approver}<orderParameters><CSR>{csr}</CSR><customer>{customer}</customer>{id}\
             <productCode>{product}</productCode>{extra}</orderParameters>{requestor}\
             <SANEntries>{names}</SANEntries>"
        )
    }
}

pub(crate) fn csr(common_name: &str) -> String {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    CertificateRequest::builder().common_name(common_name).sign(&key).unwrap().to_pem()
}
