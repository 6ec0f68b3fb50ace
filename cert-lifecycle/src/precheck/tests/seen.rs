//! What went wrong has a name.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, UdpSocket};

use super::*;

const TARGET: &str = "00aa11bb22cc33dd00aa11bb22cc33dd.certum.pl";

#[tokio::test]
async fn tells_a_record_that_is_missing_from_a_domain_that_is() {
    let sandbox = sandbox().await;
    txt(&sandbox, "a.example.com", "v=spf1 -all");
    let no_record = |kind, name: &str| [Problem::NoRecord { kind, name: name.into() }];
    assert_eq!(
        about(&sandbox, "a.example.com", "dns-txt-prefix").await,
        no_record("TXT", "_certum.a.example.com")
    );
    assert_eq!(
        about(&sandbox, "a.example.com", "dns-cname-prefix").await,
        no_record("CNAME", "_certum.a.example.com")
    );
    assert_eq!(about(&sandbox, "a.example.com", "dns-cname").await, no_record("CNAME", "a.example.com"));
    // Nothing but an alias to nowhere is still a name.
    cname(&sandbox, "c.example.com", "nowhere.example.org");
    assert_eq!(
        about(&sandbox, "c.example.com", "dns-txt-prefix").await,
        no_record("TXT", "_certum.c.example.com")
    );
    let no_domain = [Problem::NoSuchDomain { domain: "b.example.com".into() }];
    for method in ["dns-txt", "dns-txt-prefix", "dns-cname", "dns-cname-prefix"] {
        assert_eq!(about(&sandbox, "b.example.com", method).await, no_domain, "{method}");
    }
}

#[tokio::test]
async fn shows_what_is_there_instead() {
    let sandbox = sandbox().await;
    txt(&sandbox, "_certum.a.example.com", &"x".repeat(300));
    let problems = about(&sandbox, "a.example.com", "dns-txt-prefix").await;
    let found = vec![format!("{}…", "x".repeat(120))];
    let name = "_certum.a.example.com".to_owned();
    assert_eq!(problems, [Problem::OtherValue { kind: "TXT", name, found, wanted: CODE.into() }]);
    cname(&sandbox, "b.example.com", "old.certum.pl");
    let problems = about(&sandbox, "b.example.com", "dns-cname").await;
    let found = vec!["old.certum.pl".to_owned()];
    let name = "b.example.com".to_owned();
    assert_eq!(problems, [Problem::OtherValue { kind: "CNAME", name, found, wanted: TARGET.into() }]);
}

#[tokio::test]
async fn finds_the_record_where_a_dns_panel_has_put_it() {
    let sandbox = sandbox().await;
    let wrong_place = |found_at: &str, wanted_at: &str, is_doubled| {
        [Problem::WrongPlace { found_at: found_at.into(), wanted_at: wanted_at.into(), is_doubled }]
    };
    txt(&sandbox, "_certum.shop.a.example.com.shop.a.example.com", CODE);
    assert_eq!(
        about(&sandbox, "shop.a.example.com", "dns-txt-prefix").await,
        wrong_place("_certum.shop.a.example.com.shop.a.example.com", "_certum.shop.a.example.com", true)
    );
    // The zone is that of the domain above.
    cname(&sandbox, "_certum.shop.b.example.com.b.example.com", TARGET);
    assert_eq!(
        about(&sandbox, "shop.b.example.com", "dns-cname-prefix").await,
        wrong_place("_certum.shop.b.example.com.b.example.com", "_certum.shop.b.example.com", true)
    );
    txt(&sandbox, "c.example.com", CODE);
    assert_eq!(
        about(&sandbox, "c.example.com", "dns-txt-prefix").await,
        wrong_place("c.example.com", "_certum.c.example.com", false)
    );
    txt(&sandbox, "_certum.d.example.com", CODE);
    assert_eq!(
        about(&sandbox, "d.example.com", "dns-txt").await,
        wrong_place("_certum.d.example.com", "d.example.com", false)
    );
    // Another's code at the wrong place explains nothing.
    txt(&sandbox, "_certum.e.example.com.e.example.com", "another");
    let name = "_certum.e.example.com".to_owned();
    assert_eq!(
        about(&sandbox, "e.example.com", "dns-txt-prefix").await,
        [Problem::NoRecord { kind: "TXT", name }]
    );
}

#[tokio::test]
async fn finds_the_code_in_a_record_of_the_other_kind_and_an_alias_in_the_way() {
    let sandbox = sandbox().await;
    let wrong_kind = |name: &str, found, wanted| [Problem::WrongKind { name: name.into(), found, wanted }];
    txt(&sandbox, "_certum.a.example.com", CODE);
    assert_eq!(
        about(&sandbox, "a.example.com", "dns-cname-prefix").await,
        wrong_kind("_certum.a.example.com", "TXT", "CNAME")
    );
    cname(&sandbox, "_certum.b.example.com", TARGET);
    assert_eq!(
        about(&sandbox, "b.example.com", "dns-txt-prefix").await,
        wrong_kind("_certum.b.example.com", "CNAME", "TXT")
    );
    cname(&sandbox, "c.example.com", "hosting.example.com");
    let in_the_way =
        Problem::CnameInTheWay { name: "c.example.com".into(), target: "hosting.example.com".into() };
    assert_eq!(about(&sandbox, "c.example.com", "dns-txt").await, std::slice::from_ref(&in_the_way));
    // What stands at the alias' target is found by its name, and said too.
    txt(&sandbox, "hosting.example.com", "v=spf1 -all");
    let problems = about(&sandbox, "c.example.com", "dns-txt").await;
    assert!(
        matches!(&problems[..], [Problem::OtherValue { .. }, second] if *second == in_the_way),
        "{problems:?}"
    );
}

#[tokio::test]
async fn a_name_below_another_is_told_what_to_do_at_the_upper_one() {
    let sandbox = sandbox().await;
    txt(&sandbox, "a.example.com", "v=spf1 -all");
    let problems = found(&sandbox, &["a.example.com", "www.a.example.com"], "dns-txt-prefix").await;
    let expected = vec![Problem::NoRecord { kind: "TXT", name: "_certum.a.example.com".into() }];
    assert_eq!(problems, [expected.clone(), expected]);
}

#[tokio::test]
async fn a_silent_resolver_is_a_problem_and_not_a_hang() {
    let silent = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let lookups = NetworkLookups::new(silent.local_addr().unwrap()).unwrap();
    let (names, method) = (names(&["a.example.com"]), "dns-txt".parse().unwrap());
    let code = VerificationCode::new(CODE);
    let question = Question::new(&names, &method).with_code(&code);
    let problems = precheck(&question, &[&lookups]).await.remove(0).problems();
    assert!(
        matches!(&problems[..], [Problem::DnsTimeout { name }, Problem::CaaUnanswered { at, .. }]
            if name == "a.example.com" && at == "a.example.com"),
        "{problems:?}"
    );
}

/// What is found where a web server gives one canned answer.
async fn about_answer(answer: Vec<u8>) -> Vec<Problem> {
    let sandbox = sandbox().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let lookups = lookups(&sandbox).within_sandbox(listener.local_addr().unwrap().port());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 2048];
        let length = stream.read(&mut request).await.unwrap();
        // Whoever has read enough hangs up.
        let _ = stream.write_all(&answer).await;
        String::from_utf8_lossy(&request[..length]).to_lowercase()
    });
    sandbox.publish_dns(DnsRecord::new("a.example.com", DnsRecordType::A, "127.0.0.1").unwrap());
    let (names, method, code) =
        (names(&["a.example.com"]), "file".parse().unwrap(), VerificationCode::new(CODE));
    let question = Question::new(&names, &method).with_code(&code);
    let problems = precheck(&question, &[&lookups]).await.remove(0).problems();
    let request = server.await.unwrap();
    assert!(request.starts_with(&format!("get {PATH} http/1.1\r\n")), "{request}");
    assert!(request.contains("\r\nhost: a.example.com\r\n"), "{request}");
    problems
}

fn answer(head: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

#[tokio::test]
async fn tells_what_a_web_server_answers_instead_of_the_file() {
    let url = format!("http://a.example.com{PATH}");
    let wanted = format!("{CODE}-certum.pl");
    assert_eq!(about_answer(answer("200 OK", &wanted)).await, []);
    assert_eq!(about_answer(answer("200 OK", &format!("{wanted}\r\n"))).await, []);
    let status = |status| [Problem::Status { url: url.clone(), status }];
    assert_eq!(about_answer(answer("404 Not Found", "")).await, status(404));
    assert_eq!(about_answer(answer("403 Forbidden", "<html>")).await, status(403));
    let location = "https://a.example.com/".to_owned();
    assert_eq!(
        about_answer(answer("301 Moved\r\nlocation: https://a.example.com/", "")).await,
        [Problem::Redirect { url: url.clone(), status: 301, location }]
    );
    let page = format!("<!DOCTYPE html>{}", "<p>parked</p>".repeat(900));
    assert_eq!(about_answer(answer("200 OK", &page)).await, [Problem::HtmlPage { url: url.clone() }]);
    let other =
        |found: &str| [Problem::OtherText { url: url.clone(), found: found.into(), wanted: wanted.clone() }];
    assert_eq!(about_answer(answer("200 OK", CODE)).await, other(CODE));
    assert_eq!(about_answer(answer("200 OK", "")).await, other(""));
    // More than is read is no proof, even if it begins like one.
    let flood = format!("{wanted}{}", " ".repeat(9000));
    assert_eq!(about_answer(answer("200 OK", &flood)).await, other(&wanted));
    let broken = about_answer(b"SSH-2.0-what\r\n".to_vec()).await;
    assert!(
        matches!(&broken[..], [Problem::WebFailed { host, .. }] if host == "a.example.com"),
        "{broken:?}"
    );
}

#[tokio::test]
async fn tells_a_host_without_an_address_from_one_that_refuses_or_is_out_of_reach() {
    let sandbox = sandbox().await;
    txt(&sandbox, "a.example.com", "v=spf1 -all");
    let host = || "a.example.com".to_owned();
    assert_eq!(about(&sandbox, "a.example.com", "file").await, [Problem::NoAddress { host: host() }]);

    sandbox.publish_dns(DnsRecord::new("a.example.com", DnsRecordType::A, "127.0.0.1").unwrap());
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let (names, method, code) =
        (names(&["a.example.com"]), "file".parse().unwrap(), VerificationCode::new(CODE));
    let question = Question::new(&names, &method).with_code(&code);
    let look = async |lookups: NetworkLookups| precheck(&question, &[&lookups]).await.remove(0).problems();
    let refused = look(lookups(&sandbox).within_sandbox(closed)).await;
    assert_eq!(refused, [Problem::Refused { host: host() }]);
    // Outside of a sandbox nobody is sent to look around in this machine.
    let outside = look(NetworkLookups::new(sandbox.dns_addr()).unwrap()).await;
    assert_eq!(outside, [Problem::NotPublic { host: host(), address: "127.0.0.1".into() }]);
}

#[tokio::test]
async fn a_file_proves_no_wildcard() {
    let sandbox = sandbox().await;
    assert_eq!(about(&sandbox, "*.a.example.com", "file").await, [Problem::FileForWildcard]);
}

#[tokio::test]
async fn says_where_caa_forbids_and_whom_it_allows() {
    let sandbox = sandbox().await;
    caa(&sandbox, "a.example.com", "0 issue \"ca.example.com\"");
    caa(&sandbox, "a.example.com", "0 issue \"other.example.com; x=y\"");
    caa(&sandbox, "a.example.com", "0 issuewild \";\"");
    let at = || "a.example.com".to_owned();
    let about = async |name: &str, account: Option<&str>| {
        let (names, method) = (names(&[name]), "dns".parse().unwrap());
        let mut question = Question::new(&names, &method);
        question.account_uri = account;
        precheck(&question, &[&lookups(&sandbox)]).await.remove(0).problems()
    };
    let allowed = vec!["ca.example.com".to_owned(), "other.example.com".to_owned()];
    assert_eq!(
        about("deep.shop.a.example.com", None).await,
        [Problem::CaaForbids { at: at(), is_wildcard_rule: false, allowed }]
    );
    assert_eq!(
        about("*.a.example.com", None).await,
        [Problem::CaaForbids { at: at(), is_wildcard_rule: true, allowed: vec![] }]
    );
    caa(&sandbox, "b.example.com", "0 issue \"certum.pl; validationmethods=http-01\"");
    let allowed = "http-01".to_owned();
    assert_eq!(
        about("b.example.com", None).await,
        [Problem::CaaMethod { at: "b.example.com".into(), allowed }]
    );
    caa(&sandbox, "c.example.com", "0 issue \"certum.pl; accounturi=https://ca.example.com/me\"");
    let account = "https://ca.example.com/me".to_owned();
    assert_eq!(about("c.example.com", Some("https://ca.example.com/me")).await, []);
    for other in [None, Some("https://ca.example.com/you")] {
        let expected = [Problem::CaaAccount { at: "c.example.com".into(), account: account.clone() }];
        assert_eq!(about("c.example.com", other).await, expected);
    }
    caa(&sandbox, "d.example.com", "128 mystery \"x\"");
    let tag = "mystery".to_owned();
    assert_eq!(
        about("d.example.com", None).await,
        [Problem::CaaCritical { at: "d.example.com".into(), tag }]
    );
    caa(&sandbox, "e.example.com", "0 issue \"certum.pl; accounturi=a; accounturi=a\"");
    let expected = [Problem::CaaTwice { at: "e.example.com".into(), parameter: "accounturi" }];
    assert_eq!(about("e.example.com", Some("a")).await, expected);
}
