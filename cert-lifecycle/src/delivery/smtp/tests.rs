//! Against a mail server by others (Python's aiosmtpd), and one that says what the test wants.

mod others;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::*;
use crate::delivery::{Attachment, Header};

fn now() -> jiff::Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn message() -> Message {
    Message::new(
        "notice-7.issued".parse().unwrap(),
        "Jan Żółw <jan@example.com>",
        "Zażółć gęślą jaźń",
        "Dzień dobry\n.\n",
    )
}

fn to(port: u16) -> SmtpDeliveryBuilder {
    SmtpDelivery::builder("127.0.0.1", SmtpSecurity::None, "Certificates <noreply@shop.example>")
        .port(port)
        .clock(now)
}

/// A mail server for one connection, without TLS. It answers each command with what the script has for it, or with
/// 250, and returns the commands.
async fn scripted(script: &'static [(&'static str, &'static str)]) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let served = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = BufReader::new(stream);
        let answer_to = |command: &str| {
            let found = script.iter().find(|(start, _)| command.starts_with(start));
            found.map_or("250 fine", |(_, answer)| *answer).to_owned()
        };
        let mut seen = Vec::new();
        let greeting = answer_to("(greeting)").replace("250 fine", "220 here");
        stream.write_all(format!("{greeting}\r\n").as_bytes()).await.unwrap();
        let mut in_data = false;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                return seen;
            }
            let line = line.trim_end().to_owned();
            if in_data && line != "." {
                continue;
            }
            let answer = match line.as_str() {
                "DATA" => answer_to("DATA").replace("250 fine", "354 go on"),
                other => answer_to(other),
            };
            in_data = answer.starts_with("354");
            seen.push(line);
            if answer == "(silence)" {
                continue;
            }
            if answer == "(hang up)" {
                return seen;
            }
            if stream.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
                return seen;
            }
        }
    });
    (port, served)
}

async fn outcome_of(script: &'static [(&'static str, &'static str)]) -> (Delivery, Vec<String>) {
    let (port, served) = scripted(script).await;
    let outcome = to(port).build().unwrap().deliver(&message()).await;
    (outcome, served.await.unwrap())
}

fn told(outcome: &Delivery) -> (&'static str, &str) {
    match outcome {
        Delivery::Delivered => ("delivered", ""),
        Delivery::Later { reason, .. } => ("later", reason),
        Delivery::Never { reason } => ("never", reason),
    }
}

#[tokio::test]
async fn hands_over_a_mail_from_the_sender_to_the_recipient() {
    let (outcome, commands) = outcome_of(&[]).await;
    assert_eq!(outcome, Delivery::Delivered);
    let expected = [
        "EHLO shop.example",
        "MAIL FROM:<noreply@shop.example>",
        "RCPT TO:<jan@example.com>",
        "DATA",
        ".",
        "QUIT",
    ];
    assert_eq!(commands, expected);
}

#[tokio::test]
async fn blames_the_message_for_refusals_of_the_recipient_and_the_content_alone() {
    let cases: [(&'static [(&str, &str)], &str); 10] = [
        (&[("(greeting)", "554 no service for you")], "later"),
        (&[("EHLO", "550 who are you")], "later"),
        (&[("MAIL", "550 not from you")], "later"),
        (&[("RCPT", "451 greylisted, come back")], "later"),
        (&[("RCPT", "550 no such user")], "never"),
        (&[("DATA", "452 no space left")], "later"),
        (&[("DATA", "554 nothing to do")], "never"),
        (&[(".", "451 try again")], "later"),
        (&[(".", "552 too large")], "never"),
        // The server may have taken it, and the answer is lost.
        (&[(".", "(hang up)")], "later"),
    ];
    for (script, expected) in cases {
        let (outcome, _) = outcome_of(script).await;
        assert_eq!(told(&outcome).0, expected, "{script:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn what_was_taken_is_delivered_even_if_the_server_does_not_say_goodbye() {
    let (outcome, commands) = outcome_of(&[("QUIT", "(silence)")]).await;
    assert_eq!(outcome, Delivery::Delivered);
    assert_eq!(commands.last().map(String::as_str), Some("QUIT"));
    let (outcome, _) = outcome_of(&[("QUIT", "(hang up)")]).await;
    assert_eq!(outcome, Delivery::Delivered);
}

#[tokio::test]
async fn quotes_what_the_server_says_in_one_short_line() {
    const LONG: &str = "550 eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee\
        eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee";
    let (outcome, _) = outcome_of(&[("RCPT", "550-no such user\r\n550 here")]).await;
    let (_, reason) = told(&outcome);
    assert!(reason.starts_with("the mail server does not take the recipient: "), "{reason}");
    assert!(reason.contains("no such user") && !reason.contains(char::is_control), "{reason}");
    let (outcome, _) = outcome_of(&[("RCPT", LONG)]).await;
    assert_eq!(told(&outcome).1.chars().count(), MAX_REASON);
}

#[tokio::test]
async fn sends_nothing_if_the_server_offers_no_tls() {
    let (port, served) = scripted(&[]).await;
    let delivery = SmtpDelivery::builder("127.0.0.1", SmtpSecurity::StartTls, "noreply@shop.example")
        .port(port)
        .credentials("shop", "s3cret")
        .build()
        .unwrap();
    let outcome = delivery.deliver(&message()).await;
    assert_eq!(told(&outcome).0, "later", "{outcome:?}");
    let commands = served.await.unwrap();
    assert!(commands.iter().all(|command| command.starts_with("EHLO") || command == "QUIT"), "{commands:?}");
}

#[tokio::test]
async fn a_server_that_says_nothing_or_is_not_there_may_be_tried_again() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = silent.local_addr().unwrap().port();
    let outcome = to(port).timeout(Duration::from_millis(200)).build().unwrap().deliver(&message()).await;
    assert_eq!(told(&outcome).0, "later", "{outcome:?}");
    drop(silent);
    let outcome = to(port).build().unwrap().deliver(&message()).await;
    assert_eq!(told(&outcome).0, "later", "{outcome:?}");
}

#[tokio::test]
async fn refuses_for_good_what_can_never_be_a_mail() {
    let delivery = to(1).build().unwrap();
    let with_recipient = |recipient: &str| Message::new("m-1".parse().unwrap(), recipient, "s", "t");
    let odd_file = Attachment { file_name: "a".into(), media_type: "no type".into(), content: vec![] };
    for bad in [
        with_recipient("nobody"),
        with_recipient(""),
        with_recipient("jan@example.com\r\nBcc: eve@example.com"),
        with_recipient("jan@example.com, eve@example.com"),
        with_recipient("żółw@example.com"),
        message().with_attachment(odd_file),
    ] {
        let outcome = delivery.deliver(&bad).await;
        assert_eq!(told(&outcome).0, "never", "{bad:?}: {outcome:?}");
    }
}

#[test]
fn a_subject_or_a_name_smuggles_in_no_header() {
    let sender: Mailbox = "noreply@shop.example".parse().unwrap();
    let mut smuggler = message();
    smuggler.subject = "Hello\r\nBcc: eve@example.com\r\n\r\nbody".into();
    smuggler.attachments.push(Attachment {
        file_name: "a\"\r\nX-Evil: yes".into(),
        media_type: "text/plain".into(),
        content: b"x".to_vec(),
    });
    let written = mail::write(&smuggler, &sender, now()).map(|mail| String::from_utf8(mail.content).unwrap());
    let written = written.unwrap_or_else(|reason| panic!("{reason}"));
    let evil = |line: &str| line.starts_with("Bcc:") || line.starts_with("X-Evil:");
    assert!(!written.lines().any(evil), "{written}");
}

#[test]
fn writes_the_same_mail_each_time_but_for_the_date() {
    let sender: Mailbox = "noreply@shop.example".parse().unwrap();
    let rich = message()
        .with_html("<p>Dzień dobry</p>")
        .with_attachment(Attachment {
            file_name: "a".into(),
            media_type: "text/plain".into(),
            content: vec![0; 99],
        })
        .with_header(Header::new("Reply-To", "help@shop.example").unwrap());
    let write = |date| mail::write(&rich, &sender, date).map(|mail| String::from_utf8(mail.content).unwrap());
    let (first, again) = (write(now()).unwrap(), write(now()).unwrap());
    assert_eq!(first, again);
    let later = write(now() + jiff::SignedDuration::from_hours(1)).unwrap();
    let differing: Vec<_> = first.lines().zip(later.lines()).filter(|(one, other)| one != other).collect();
    assert_eq!(differing.len(), 1, "{differing:?}");
    assert!(differing[0].0.starts_with("Date: Sat, 21 Nov 2026 12:00:00"), "{differing:?}");
}

#[test]
fn takes_no_other_machine_without_tls() {
    let build = |host: &str, security| {
        SmtpDelivery::builder(host, security, "noreply@shop.example").build().map(|delivery| delivery.port)
    };
    assert_eq!(build("mail.shop.example", SmtpSecurity::None), Err(SmtpConfigError::Unprotected));
    assert_eq!(build("mail.shop.example", SmtpSecurity::Tls), Ok(465));
    assert_eq!(build("mail.shop.example", SmtpSecurity::StartTls), Ok(587));
    assert_eq!(build("localhost", SmtpSecurity::None), Ok(25));
    let odd =
        |sender: &str| SmtpDelivery::builder("localhost", SmtpSecurity::None, sender).build().map(|_| ());
    assert_eq!(odd("nobody"), Err(SmtpConfigError::Sender));
    let root =
        SmtpDelivery::builder("a.example", SmtpSecurity::Tls, "a@b.example").root_certificate("nothing");
    assert_eq!(root.build().map(|_| ()), Err(SmtpConfigError::Root));
}

#[test]
fn shows_no_password() {
    let builder = to(25).credentials("shop", "s3cret");
    let shown = format!("{builder:?} {:?}", builder.clone().build().unwrap());
    assert!(!shown.contains("s3cret"), "{shown}");
}

#[test]
fn takes_every_notice_that_is_put_into_words_whatever_the_names_in_it() {
    use crate::compose::{Compose as _, StandardTexts};
    use crate::notice::samples;

    let sender = "noreply@shop.example".parse().unwrap();
    let texts = StandardTexts::new("Hosting Żółw").reply_to("Pomoc <help@example.com>").unwrap();
    let service = samples::service(cert_domain::ServerType::Other);
    for kind in samples::kinds().into_iter().filter(|kind| !kind.is_for_programs()) {
        for language in cert_domain::Language::ALL {
            let name = format!("{}\r\nBcc: victim@example.com\r\n\r\nx", "Żółw ".repeat(60));
            let mut notice = samples::notice(kind.clone());
            (notice.language, notice.title, notice.common_name) = (*language, name.clone(), Some(name));
            let message = texts.compose("n.1.0".parse().unwrap(), &notice, &service).unwrap();
            let written =
                mail::write(&message, &sender, now()).unwrap_or_else(|why| panic!("{kind:?}: {why}"));
            let written = String::from_utf8(written.content).unwrap();
            let (headers, _) = written.split_once("\r\n\r\n").unwrap();
            assert!(headers.contains(&format!("X-Certificate-Notice: {}", kind.name())), "{headers}");
            assert!(headers.contains("Reply-To: Pomoc <help@example.com>"), "{headers}");
            assert!(!headers.lines().any(|line| line.starts_with("Bcc")), "{headers}");
            assert!(
                written.lines().all(|line| line.len() <= 998),
                "a line is too long (RFC 5322, section 2.1.1)"
            );
        }
    }
}
