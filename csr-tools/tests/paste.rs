//! What people paste is read, or told what it looks like.

#![expect(clippy::unwrap_used, reason = "the lints spare #[test] functions, not their helpers")]

use csr_tools::{CertificateRequest, Content, EncodedRequest, KeyAlgorithm, PrivateKey, RequestError};

fn request() -> CertificateRequest {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    // Whether the base64 holds all its special characters depends on the signature.
    let names = (0..20).map(|index| format!("shop-{index}.example.com"));
    loop {
        let request = CertificateRequest::builder().dns_names(names.clone()).sign(&key).unwrap();
        let pem = request.to_pem();
        if ['+', '/', '='].iter().all(|special| pem.contains(*special)) {
            return request;
        }
    }
}

/// The base64 of a PEM text, in one piece.
fn body(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with('-')).collect()
}

fn wrapped(body: &str, columns: usize, end: &str) -> String {
    let lines: Vec<&str> =
        body.as_bytes().chunks(columns).map(|line| str::from_utf8(line).unwrap()).collect();
    format!(
        "-----BEGIN CERTIFICATE REQUEST-----{end}{}{end}-----END CERTIFICATE REQUEST-----",
        lines.join(end)
    )
}

fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(order).collect()
}

fn quoted_printable(text: &str) -> String {
    let escaped = text.replace('=', "=3D").replace('\n', "\r\n");
    let lines = escaped.split("\r\n").map(|line| {
        let pieces: Vec<&str> =
            line.as_bytes().chunks(39).map(|piece| str::from_utf8(piece).unwrap()).collect();
        pieces.join("=\r\n")
    });
    lines.collect::<Vec<_>>().join("\r\n")
}

#[test]
fn reads_pem_however_it_was_mangled() {
    let request = request();
    let pem = request.to_pem();
    let body = body(&pem);
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("clean", pem.clone().into()),
        ("CRLF", pem.replace('\n', "\r\n").into()),
        ("CR alone", pem.replace('\n', "\r").into()),
        ("BOM", format!("\u{feff}{pem}").into()),
        ("blank lines", pem.replace('\n', "\n\n").into()),
        ("76 columns", wrapped(&body, 76, "\n").into()),
        ("odd width", wrapped(&body, 37, "\r\n").into()),
        ("one line", wrapped(&body, usize::MAX, "\n").into()),
        ("spaces for line breaks", wrapped(&body, 64, " ").into()),
        ("no line break", wrapped(&body, 64, "").into()),
        ("text around", format!("Dear Sir,\n\nhere it is:\n{pem}\nRegards\n-- \nJan").into()),
        ("NEW", pem.replace("CERTIFICATE", "NEW CERTIFICATE").into()),
        ("spaces at line ends", pem.replace('\n', "  \t\n").into()),
        ("indented", pem.replace('\n', "\n    ").into()),
        ("no-break spaces", pem.replace('\n', "\u{a0}\n\u{a0}").into()),
        ("zero-width spaces", pem.replace('\n', "\u{200b}\n").into()),
        ("mail quote", pem.lines().map(|line| format!("> > {line}\n")).collect::<String>().into()),
        ("a program's string", pem.lines().map(|line| format!("  \"{line}\",\n")).collect::<String>().into()),
        ("JSON", format!("{{\"csr\": \"{}\"}}", pem.replace('\n', "\\n")).into()),
        ("JSON with CRLF", format!("\"{}\"", pem.replace('\n', "\\r\\n").replace('/', "\\/")).into()),
        ("HTML", pem.replace('+', "&#43;").replace('/', "&#x2F;").replace('\n', "<br />").into()),
        ("HTML twice", pem.replace('+', "&amp;plus;").replace('=', "&amp;equals;").into()),
        ("HTML page", format!("<html><body><pre class=\"x\">{pem}</pre></body></html>").into()),
        ("escaped break", pem.replace('\n', "&lt;br&gt;").replace("&lt;br&gt;", "&NewLine;").into()),
        ("quoted-printable", quoted_printable(&pem).into()),
        ("fewer dashes", pem.replace("-----", "----").into()),
        ("long dashes", pem.replace("-----", "\u{2014}\u{2014}-").into()),
        (
            "small letters",
            pem.replace("CERTIFICATE REQUEST", "Certificate Request").replace("BEGIN", "Begin").into(),
        ),
        ("base64url in PEM", pem.replace('+', "-").replacen('/', "_", 1000).into()),
        ("no padding", pem.replace('=', "").into()),
        ("no END line", pem.split("-----END").next().unwrap().into()),
        ("END line cut off", pem[..pem.len() - 12].into()),
        ("END and a name", pem.replace("-----END CERTIFICATE REQUEST-----", "Jan").into()),
        ("UTF-16 LE", utf16(&format!("\u{feff}{pem}"), u16::to_le_bytes)),
        ("UTF-16 BE", utf16(&format!("\u{feff}{pem}"), u16::to_be_bytes)),
        ("UTF-16 without BOM", utf16(&pem, u16::to_le_bytes)),
        ("Latin-2 around", [b"\xa3\xf3d\xbc\n", pem.as_bytes(), b"\xb1"].concat()),
        ("bare base64", body.clone().into()),
        (
            "bare lines",
            pem.lines().filter(|line| !line.starts_with('-')).collect::<Vec<_>>().join("\r\n").into(),
        ),
        ("bare base64 and text", format!("CSR: {body}\n\nRegards, Jan").into()),
        ("bare in quotes", format!("'{body}'").into()),
        ("base64url", body.replace('+', "-").replace('/', "_").replace('=', "").into()),
        ("DER", request.as_der().into()),
        ("with a certificate", format!("{}{pem}", include_str!("data/leaf.pem")).into()),
    ];
    for (name, paste) in cases {
        let read = EncodedRequest::from_paste(&paste).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(read.as_der(), request.as_der(), "{name}");
        if name != "clean" {
            let strict = EncodedRequest::from_strict_pem(&paste);
            assert_eq!(strict.is_ok(), name == "CRLF", "{name}");
        }
    }
}

#[test]
fn says_what_else_it_looks_like() {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let pem = request().to_pem();
    let key_pem = key.to_pkcs8_pem().unwrap();
    let certificate = include_str!("data/leaf.pem");
    let public_key = key.public_key().as_der();
    for (paste, expected) in [
        (certificate.as_bytes(), RequestError::NotARequest(Content::Certificate)),
        (body(certificate).as_bytes(), RequestError::NotARequest(Content::Certificate)),
        (certificate.replace("-----", "----").as_bytes(), RequestError::NotARequest(Content::Certificate)),
        (key_pem.as_bytes(), RequestError::PrivateKey),
        (body(&key_pem).as_bytes(), RequestError::PrivateKey),
        (key_pem.replace("-----", "--").as_bytes(), RequestError::PrivateKey),
        (key_pem.replace('\n', "\\n").as_bytes(), RequestError::PrivateKey),
        (&utf16(&key_pem, u16::to_le_bytes), RequestError::PrivateKey),
        (key_pem.split("-----END").next().unwrap().as_bytes(), RequestError::PrivateKey),
        (format!("{pem}{}", *key_pem).as_bytes(), RequestError::PrivateKey),
        (format!("{pem}{pem}").as_bytes(), RequestError::SeveralRequests { count: 2 }),
        (b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5", RequestError::NotARequest(Content::SshPublicKey)),
        (b"Certificate Request:\n    Data:\n", RequestError::NotARequest(Content::RequestText)),
        (b"<!DOCTYPE html><title>x</title>", RequestError::NotARequest(Content::WebPage)),
        (b"shop.example.com", RequestError::NoPemBlock),
        (b"nonsense", RequestError::NoPemBlock),
        (b"MIIC", RequestError::NoPemBlock),
        (b"", RequestError::NoPemBlock),
    ] {
        let error = EncodedRequest::from_paste(paste).unwrap_err();
        assert_eq!(error, expected, "{}", String::from_utf8_lossy(paste));
    }
    let error = CertificateRequest::from_der(public_key).unwrap_err();
    assert_eq!(error, RequestError::NotARequest(Content::PublicKey));
}

#[test]
fn says_how_much_of_a_cut_off_paste_is_there() {
    let pem = request().to_pem();
    let body = body(&pem);
    let expected = request().as_der().len();
    for cut in [40, 100, 400, 800] {
        for paste in [
            format!("-----BEGIN CERTIFICATE REQUEST-----\n{}", &body[..cut]),
            format!("> -----BEGIN CERTIFICATE REQUEST-----\n> {}", &body[..cut]),
            body[..cut].to_owned(),
        ] {
            let shown = EncodedRequest::from_paste(&paste).unwrap_err().to_string();
            let start = format!("the certificate request is cut off after {} of ", cut * 3 / 4);
            assert!(shown.starts_with(&start), "{shown}");
            let total: usize = shown[start.len()..].split(' ').next().unwrap().parse().unwrap();
            // ECDSA signatures vary by a few bytes.
            assert!(total.abs_diff(expected) < 8, "{shown}");
        }
    }
}

#[test]
fn says_where_the_base64_is_wrong() {
    let pem = request().to_pem();
    let third = pem.lines().nth(2).unwrap().to_owned();
    let spoiled = pem.replace(&third, &third.replacen(|c: char| c.is_alphanumeric(), "!", 1));
    let error = EncodedRequest::from_paste(format!("Hello,\n{spoiled}")).unwrap_err();
    assert!(error.to_string().ends_with("look at line 4"), "{error}");
}

#[test]
fn takes_long_and_hostile_text_in_little_time() {
    let million = 1 << 20;
    for piece in [
        "-----BEGIN CERTIFICATE REQUEST-----\n",
        "-----BEGIN ",
        "-",
        "MIIB",
        "MII",
        "&#x41;",
        "&",
        "<",
        "=3D",
        "=\n",
        "> ",
        "\\n",
        "A",
        "\u{a0}",
        "BEGIN CERTIFICATE REQUEST\n",
        "MIIC\n",
        " MIH",
    ] {
        let text = piece.repeat(million / piece.len());
        assert!(EncodedRequest::from_paste(&text).is_err(), "{piece:?}");
        assert!(EncodedRequest::from_strict_pem(&text).is_err(), "{piece:?}");
        let block =
            format!("-----BEGIN CERTIFICATE REQUEST-----\n{text}\n-----END CERTIFICATE REQUEST-----\n");
        assert!(EncodedRequest::from_paste(&block).map(|read| read.view().is_ok()) != Ok(true), "{piece:?}");
    }
}
