//! The files of our bundles open in programs by others: OpenSSL, Java's keytool, GnuTLS' certtool, Python and
//! unzip.

#![expect(clippy::unwrap_used, reason = "the lints spare #[test] functions, not their helpers")]

mod tools;

use std::fs;
use std::io::Write as _;

use csr_tools::{
    Artefact, ArtefactKind, Bundle, Certificate, CertificateRequest, KeyAlgorithm, Pkcs12Form, Pkcs12Writer,
    PrivateKey, Server,
};
use tools::Workshop;

const PASSWORD: &str = "tajne haslo 1";
/// In a form that needs no quoting.
const PASSWORD_FILE: &str = "password.txt";

fn data(name: &str) -> Vec<u8> {
    fs::read(format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// A workshop with the password and the root in it.
fn shop() -> Workshop {
    let shop = Workshop::new();
    shop.write(PASSWORD_FILE, PASSWORD);
    shop.write("root.pem", data("root.pem"));
    shop
}

fn bundle() -> Bundle {
    let leaf = Certificate::from_pem(data("leaf.pem")).unwrap();
    let key = PrivateKey::from_pkcs8_pem(data("leaf.key")).unwrap();
    Bundle::new(&leaf, &Certificate::chain_from_pem(data("ca-bundle.pem")).unwrap(), Some(&key)).unwrap()
}

/// A bundle with a key of each algorithm, issued by OpenSSL.
fn issued(shop: &Workshop, algorithm: KeyAlgorithm) -> Bundle {
    let key = PrivateKey::generate(algorithm).unwrap();
    let names = ["*.example.com", "example.com"];
    let request = CertificateRequest::builder().common_name(names[0]).dns_names(names).sign(&key).unwrap();
    shop.write("r.csr", request.to_pem());
    shop.openssl("req -x509 -newkey rsa:2048 -nodes -subj /O=Testy/CN=CA -days 9 -keyout ca.key -out ca.pem");
    shop.openssl("x509 -req -in r.csr -CA ca.pem -CAkey ca.key -copy_extensions copy -days 5 -out leaf.pem");
    let leaf = Certificate::from_pem(shop.read("leaf.pem")).unwrap();
    let issuers = [Certificate::from_pem(shop.read("ca.pem")).unwrap()];
    Bundle::new(&leaf, &issuers, Some(&key)).unwrap().with_request(&request).unwrap()
}

fn keystore(bundle: &Bundle, form: Pkcs12Form) -> Artefact {
    bundle.keystore(&Pkcs12Writer::new(PASSWORD).form(form)).unwrap()
}

#[test]
fn pkcs12_of_both_forms_opens_in_openssl_with_the_same_key_and_chain() {
    let shop = shop();
    let chain =
        Certificate::chain_from_pem(bundle().artefact(ArtefactKind::FullChain).unwrap().contents()).unwrap();
    for (form, option, cipher, mac) in [
        (Pkcs12Form::Modern, "", "PBES2, PBKDF2, AES-256-CBC, Iteration 10000, PRF hmacWithSHA256", "sha256"),
        (Pkcs12Form::Legacy, "-legacy", "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 2048", "sha1"),
    ] {
        shop.write("k.p12", keystore(&bundle(), form).contents());
        let open = format!("pkcs12 -in k.p12 -passin file:{PASSWORD_FILE} -nodes {option}");
        let text = shop.openssl(&open);
        assert_eq!(Certificate::chain_from_pem(without_key(&text)).unwrap(), chain);
        assert_eq!(PrivateKey::from_pkcs8_pem(&text).unwrap().public_key_hash(), chain[0].public_key_hash());
        assert!(text.contains("friendlyName: shop.example.com"), "{text}");

        let info = shop.openssl_notes(&format!("{open} -info -noout"));
        assert_eq!(info.matches(cipher).count(), 2, "{info}");
        assert!(info.contains(&format!("MAC: {mac}")), "{info}");
    }
}

/// What OpenSSL printed, but for the key.
fn without_key(text: &str) -> String {
    let key = text.find("-----BEGIN PRIVATE KEY").unwrap()..text.find("-----END PRIVATE KEY").unwrap();
    text[..key.start].to_owned() + text[key.end..].trim_start_matches("-----END PRIVATE KEY-----")
}

#[test]
fn pkcs12_with_keys_of_each_algorithm_opens_in_openssl() {
    let shop = shop();
    for algorithm in KeyAlgorithm::ALL {
        let bundle = issued(&shop, *algorithm);
        for (form, option) in [(Pkcs12Form::Modern, ""), (Pkcs12Form::Legacy, "-legacy")] {
            shop.write("k.p12", keystore(&bundle, form).contents());
            let text = shop
                .openssl(&format!("pkcs12 -in k.p12 -passin file:{PASSWORD_FILE} -nodes -nocerts {option}"));
            let key = PrivateKey::from_pkcs8_pem(&text).unwrap();
            assert_eq!(key.public_key_hash(), bundle.chain().leaf().public_key_hash(), "{algorithm}");
        }
    }
}

#[test]
fn openssl_refuses_a_wrong_password() {
    let shop = shop();
    shop.write("k.p12", keystore(&bundle(), Pkcs12Form::Modern).contents());
    assert!(!shop.openssl_accepts("pkcs12 -in k.p12 -passin pass:wrong -noout"));
}

#[test]
fn pkcs12_of_both_forms_imports_into_keytool() {
    let shop = shop();
    for form in [Pkcs12Form::Modern, Pkcs12Form::Legacy] {
        shop.write("k.p12", keystore(&bundle(), form).contents());
        let import = format!(
            "-importkeystore -noprompt -srckeystore k.p12 -srcstoretype PKCS12 -srcstorepass:file {PASSWORD_FILE} \
             -destkeystore {form:?}.jks -deststoretype PKCS12 -deststorepass changeit"
        );
        if shop.optional("keytool", &import).is_none() {
            return;
        }
        let list = format!("-list -v -keystore {form:?}.jks -storepass changeit");
        let list = shop.optional("keytool", &list).unwrap();
        assert!(list.contains("Alias name: shop.example.com"), "{list}");
        assert!(list.contains("Entry type: PrivateKeyEntry"), "{list}");
        assert!(list.contains("Certificate chain length: 2"), "{list}");
        let fingerprint = bundle().chain().leaf().sha256_fingerprint().to_string();
        assert!(list.contains(&fingerprint), "{list}");
    }
}

#[test]
fn pkcs12_of_both_forms_opens_in_certtool() {
    let shop = shop();
    for (form, cipher) in [(Pkcs12Form::Modern, "PBES2-AES256-CBC"), (Pkcs12Form::Legacy, "3DES-SHA1")] {
        shop.write("k.p12", keystore(&bundle(), form).contents());
        // A password without blanks: this program takes it as an argument only.
        let writer = Pkcs12Writer::new("haslo").form(form);
        shop.write("k.p12", bundle().keystore(&writer).unwrap().contents());
        let Some(info) = shop.optional("certtool", "--p12-info --inder --password haslo --infile k.p12")
        else {
            return;
        };
        assert!(info.contains(cipher), "{info}");
        assert!(info.contains("Friendly name: shop.example.com"), "{info}");
        assert_eq!(info.matches("-----BEGIN CERTIFICATE-----").count(), 2, "{info}");
        assert!(info.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----"), "{info}");
    }
}

#[test]
fn pkcs12_of_both_forms_opens_in_python() {
    const SCRIPT: &str = "
import sys
from cryptography.hazmat.primitives.serialization import pkcs12
for name in ('Modern', 'Legacy'):
    key, leaf, chain = pkcs12.load_key_and_certificates(open(name, 'rb').read(), b'tajne haslo 1')
    assert key.public_key() == leaf.public_key() and len(chain) == 1
print('opened')
";
    let shop = shop();
    shop.write("open.py", SCRIPT);
    shop.write("probe.py", "import importlib.util as u; print(u.find_spec('cryptography') is not None)");
    match shop.optional("python3", "probe.py") {
        None => return,
        Some(found) if found.trim() == "False" => {
            // Straight to standard error, past what the test harness keeps to itself.
            let _ = writeln!(std::io::stderr(), "skipped: Python's cryptography is not installed");
            return;
        }
        Some(_) => {}
    }
    for form in [Pkcs12Form::Modern, Pkcs12Form::Legacy] {
        shop.write(&format!("{form:?}"), keystore(&bundle(), form).contents());
    }
    assert_eq!(shop.optional("python3", "open.py").unwrap().trim(), "opened");
}

#[test]
fn pkcs7_prints_its_certificates_in_openssl_and_certtool() {
    let shop = shop();
    shop.write("c.p7b", bundle().pkcs7().unwrap().contents());
    shop.write("c.pem.p7b", bundle().pkcs7_pem().unwrap().contents());
    let der = shop.openssl("pkcs7 -inform DER -in c.p7b -print_certs");
    let printed = Certificate::chain_from_pem(&der).unwrap();
    let bundle = bundle();
    assert!(printed.iter().eq(bundle.chain().certificates().chain(bundle.chain().root())));
    assert_eq!(shop.openssl("pkcs7 -in c.pem.p7b -print_certs"), der);
    if let Some(info) = shop.optional("certtool", "--p7-info --inder --infile c.p7b") {
        assert_eq!(info.matches("-----BEGIN CERTIFICATE-----").count(), 3, "{info}");
    }
    if let Some(text) = shop.optional("keytool", "-printcert -file c.p7b") {
        assert_eq!(text.matches("Owner: ").count(), 3, "{text}");
    }
}

#[test]
fn archives_open_in_unzip_and_python() {
    let shop = shop();
    let bundle = issued(&shop, KeyAlgorithm::EcdsaP256);
    let files = bundle.for_server(Server::Plain, None).unwrap();
    shop.write("all.zip", bundle.archive(&files).unwrap().contents());
    if let Some(text) = shop.optional("unzip", "-t all.zip") {
        assert!(text.contains("No errors detected"), "{text}");
        shop.optional("unzip", "-q all.zip -d unpacked").unwrap();
        for file in &files {
            assert_eq!(shop.read(&format!("unpacked/{}", file.file_name())), file.contents());
        }
    }
    // It reads lengths before contents, as readers of streams must.
    let script = "import zipfile\nz = zipfile.ZipFile('all.zip')\nassert z.testzip() is None\n\
                  for i in z.infolist(): print(i.filename, i.flag_bits, oct(i.external_attr >> 16), i.date_time[0])";
    shop.write("list.py", script);
    if let Some(list) = shop.optional("python3", "list.py") {
        assert_eq!(list.lines().count(), files.len());
        for (line, file) in list.lines().zip(&files) {
            let mode = if file.is_secret() { "0o100600" } else { "0o100644" };
            assert_eq!(line, format!("{} 0 {mode} 1980", file.file_name()));
        }
    }
}

#[test]
fn every_plain_file_opens_in_openssl() {
    let shop = shop();
    for algorithm in KeyAlgorithm::ALL {
        let bundle = issued(&shop, *algorithm);
        for file in bundle.for_server(Server::Plain, None).unwrap() {
            let name = file.file_name();
            shop.write(name, file.contents());
            match file.kind() {
                ArtefactKind::PrivateKey => shop.openssl(&format!("pkey -in {name} -check -noout")),
                ArtefactKind::CertificateDer | ArtefactKind::RootDer => {
                    shop.openssl(&format!("x509 -inform DER -in {name} -noout -subject"))
                }
                ArtefactKind::Request => shop.openssl(&format!("req -in {name} -verify -noout")),
                ArtefactKind::Pkcs7 => {
                    shop.openssl(&format!("pkcs7 -inform DER -in {name} -print_certs -noout"))
                }
                ArtefactKind::Pkcs7Pem => shop.openssl(&format!("pkcs7 -in {name} -print_certs -noout")),
                _ => shop.openssl(&format!("x509 -in {name} -noout -subject")),
            };
        }
        shop.openssl("verify -CAfile ca.crt _wildcard.example.com.crt");
    }
}

#[test]
fn haproxys_file_has_a_chain_and_the_key_that_openssl_finds() {
    let shop = shop();
    let file = &bundle().for_server(Server::HaProxy, None).unwrap()[0];
    shop.write("all.pem", file.contents());
    shop.openssl("verify -CAfile root.pem -untrusted all.pem all.pem");
    let of_key = shop.openssl("pkey -in all.pem -pubout");
    assert_eq!(shop.openssl("x509 -in all.pem -noout -pubkey"), of_key);
}
