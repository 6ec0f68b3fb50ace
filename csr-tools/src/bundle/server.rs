//! Which server wants which files.

use std::fmt;

use zeroize::Zeroizing;

use super::{Artefact, ArtefactKind, Bundle, BundleError, file_name, read_back::read_back};
use crate::certificate::Certificate;
use crate::pkcs12::Pkcs12Writer;

/// The software that a certificate is installed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Server {
    /// Apache: certificate, chain and key (`SSLCertificateFile`, `SSLCertificateChainFile`,
    /// `SSLCertificateKeyFile`).
    Apache,
    /// nginx: full chain and key.
    Nginx,
    /// HAProxy: one file with everything, the key at its end.
    HaProxy,
    /// Caddy: full chain and key.
    Caddy,
    /// IIS and Windows: a `.pfx` with the key or, without a password, a `.p7b`, for whoever made the key on
    /// the server.
    Iis,
    /// Tomcat and Java: a PKCS#12 keystore or, without a password, a `.p7b` that `keytool` imports.
    Tomcat,
    /// cPanel, Plesk and DirectAdmin: the three fields of their forms, as files. As text they are
    /// [`Bundle::panel_fields`].
    ControlPanel,
    /// Everything that needs no password: each certificate in PEM and DER, chain, full chain, PKCS#7, key and
    /// request.
    Plain,
}

impl Server {
    /// Every one, for menus and messages.
    pub const ALL: &[Self] = &[
        Self::Apache,
        Self::Nginx,
        Self::HaProxy,
        Self::Caddy,
        Self::Iis,
        Self::Tomcat,
        Self::ControlPanel,
        Self::Plain,
    ];
}

impl Bundle {
    /// The files that this server takes. The key is among them if the bundle has it.
    ///
    /// `pkcs12` holds the password for those that want it, IIS and Tomcat; the others do not look at it.
    ///
    /// # Errors
    /// [`BundleError::NoKey`] if a file with a password is wanted, or HAProxy's, and the bundle has no key.
    pub fn for_server(
        &self,
        server: Server,
        pkcs12: Option<&Pkcs12Writer<'_>>,
    ) -> Result<Vec<Artefact>, BundleError> {
        use ArtefactKind::{Certificate, Chain, FullChain, PrivateKey};
        let own = |kinds: &[ArtefactKind]| -> Vec<Artefact> {
            kinds.iter().filter_map(|kind| self.artefact(*kind)).cloned().collect()
        };
        match (server, pkcs12) {
            (Server::Apache, _) => Ok(own(&[Certificate, Chain, PrivateKey])),
            (Server::Nginx | Server::Caddy, _) => Ok(own(&[FullChain, PrivateKey])),
            (Server::HaProxy, _) => Ok(vec![self.full_chain_with_key()?]),
            (Server::Iis, Some(writer)) => Ok(vec![self.pfx(writer)?]),
            (Server::Tomcat, Some(writer)) => Ok(vec![self.keystore(writer)?]),
            (Server::Iis | Server::Tomcat, None) => Ok(vec![self.pkcs7()?]),
            (Server::ControlPanel, _) => Ok(own(&[Certificate, PrivateKey, Chain])),
            (Server::Plain, _) => self.plain(),
        }
    }

    /// The three fields that hosting panels ask for.
    pub fn panel_fields(&self) -> PanelFields {
        let text = |kind| {
            let artefact = self.artefact(kind)?;
            // What is written in PEM is ASCII.
            str::from_utf8(artefact.contents()).ok().map(str::to_owned)
        };
        PanelFields {
            certificate: self.chain.leaf().to_pem(),
            private_key: text(ArtefactKind::PrivateKey).map(Zeroizing::new),
            ca_bundle: text(ArtefactKind::Chain),
        }
    }

    fn full_chain_with_key(&self) -> Result<Artefact, BundleError> {
        let key = self.artefact(ArtefactKind::PrivateKey).ok_or(BundleError::NoKey)?;
        let chain = self.chain.to_pem();
        let mut contents = Zeroizing::new(Vec::with_capacity(chain.len() + key.contents().len()));
        contents.extend_from_slice(chain.as_bytes());
        contents.extend_from_slice(key.contents());
        self.checked(ArtefactKind::FullChainWithKey, &contents)
    }

    fn plain(&self) -> Result<Vec<Artefact>, BundleError> {
        let mut files = self.artefacts.clone();
        let mut stems = vec![self.stem.clone()];
        let (pem, der) = (ArtefactKind::Intermediate, ArtefactKind::IntermediateDer);
        for intermediate in self.chain.intermediates() {
            files.extend(both_forms(intermediate, pem, der, &mut stems));
        }
        if let Some(root) = self.chain.root() {
            files.extend(both_forms(root, ArtefactKind::Root, ArtefactKind::RootDer, &mut stems));
        }
        for file in &files {
            read_back(file, &self.chain)?;
        }
        files.extend([self.pkcs7()?, self.pkcs7_pem()?]);
        files.extend(self.request.clone());
        Ok(files)
    }
}

/// One CA's certificate in PEM and in DER, under a name that no other has.
fn both_forms(
    certificate: &Certificate,
    pem: ArtefactKind,
    der: ArtefactKind,
    stems: &mut Vec<String>,
) -> [Artefact; 2] {
    let stem = file_name::unused_stem(certificate, stems);
    let artefacts = [
        Artefact::new(pem, &stem, certificate.to_pem().as_bytes()),
        Artefact::new(der, &stem, certificate.as_der()),
    ];
    stems.push(stem);
    artefacts
}

/// What the forms of cPanel (CRT, KEY, CABUNDLE), Plesk and DirectAdmin ask for, each in PEM.
pub struct PanelFields {
    certificate: String,
    private_key: Option<Zeroizing<String>>,
    ca_bundle: Option<String>,
}

impl PanelFields {
    /// The leaf certificate.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// The private key, if the bundle has it. It is a secret.
    pub fn private_key(&self) -> Option<&str> {
        self.private_key.as_ref().map(|key| key.as_str())
    }

    /// The intermediates, if there are any.
    pub fn ca_bundle(&self) -> Option<&str> {
        self.ca_bundle.as_deref()
    }
}

impl fmt::Debug for PanelFields {
    /// Leaves out the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { certificate, private_key, ca_bundle } = self;
        f.debug_struct("PanelFields")
            .field("certificate", certificate)
            .field("has_private_key", &private_key.is_some())
            .field("ca_bundle", ca_bundle)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::CertificateRequest;
    use crate::test_data as data;

    fn bundle() -> Bundle {
        let issuers = [data::root(), data::intermediate()];
        Bundle::new(&data::leaf(), &issuers, Some(&data::leaf_key())).unwrap()
    }

    fn without_key() -> Bundle {
        Bundle::new(&data::leaf(), &[data::intermediate()], None).unwrap()
    }

    fn names(files: &[Artefact]) -> Vec<&str> {
        files.iter().map(|file| file.file_name().trim_start_matches("shop.example.com")).collect()
    }

    #[test]
    fn each_server_gets_the_files_that_it_expects() {
        let writer = Pkcs12Writer::new("secret");
        for (server, expected) in [
            (Server::Apache, &[".crt", ".ca-bundle", ".key"][..]),
            (Server::Nginx, &[".fullchain.pem", ".key"]),
            (Server::Caddy, &[".fullchain.pem", ".key"]),
            (Server::HaProxy, &[".pem"]),
            (Server::Iis, &[".pfx"]),
            (Server::Tomcat, &[".p12"]),
            (Server::ControlPanel, &[".crt", ".key", ".ca-bundle"]),
        ] {
            let files = bundle().for_server(server, Some(&writer)).unwrap();
            assert_eq!(names(&files), expected, "{server:?}");
            assert!(files.iter().any(Artefact::is_secret), "{server:?}");
        }
    }

    #[test]
    fn everything_plain_has_each_certificate_in_both_forms_and_the_request() {
        let request = CertificateRequest::builder().dns_name("a.example").sign(&data::leaf_key()).unwrap();
        let bundle = bundle().with_request(&request).unwrap();
        let files = bundle.for_server(Server::Plain, None).unwrap();
        assert_eq!(
            names(&files),
            [
                ".key",
                ".crt",
                ".ca-bundle",
                ".fullchain.pem",
                ".cer",
                "test_intermediate.crt",
                "test_intermediate.cer",
                "test_root.crt",
                "test_root.cer",
                ".p7b",
                ".pem.p7b",
                ".csr",
            ]
        );
        assert!(bundle.archive(&files).unwrap().is_secret());
    }

    #[test]
    fn without_a_password_windows_and_java_get_the_certificates_alone() {
        for server in [Server::Iis, Server::Tomcat] {
            let files = without_key().for_server(server, None).unwrap();
            assert_eq!(names(&files), [".p7b"]);
            assert!(!files[0].is_secret());
        }
    }

    #[test]
    fn files_with_a_key_need_one() {
        let writer = Pkcs12Writer::new("secret");
        for server in [Server::Iis, Server::Tomcat, Server::HaProxy] {
            let error = without_key().for_server(server, Some(&writer)).unwrap_err();
            assert_eq!(error, BundleError::NoKey);
        }
    }

    #[test]
    fn haproxy_gets_the_key_at_the_end_after_one_newline() {
        let files = bundle().for_server(Server::HaProxy, None).unwrap();
        let text = str::from_utf8(files[0].contents()).unwrap();
        assert_eq!(text.matches("-----\n-----BEGIN").count(), 2);
        assert!(text.ends_with("-----END PRIVATE KEY-----\n") && !text.contains("\n\n"));
    }

    #[test]
    fn panels_get_their_three_fields_and_show_no_key() {
        let fields = bundle().panel_fields();
        assert_eq!(fields.certificate(), data::leaf().to_pem());
        assert_eq!(fields.ca_bundle(), Some(&*data::intermediate().to_pem()));
        assert!(fields.private_key().unwrap().starts_with("-----BEGIN PRIVATE KEY-----\n"));
        assert!(!format!("{fields:?}").contains("PRIVATE"));
        assert_eq!(without_key().panel_fields().private_key(), None);
    }

    #[test]
    fn refuses_the_request_of_another_key() {
        let key = crate::PrivateKey::generate(crate::KeyAlgorithm::EcdsaP256).unwrap();
        let request = CertificateRequest::builder().dns_name("a.example").sign(&key).unwrap();
        assert_eq!(bundle().with_request(&request).unwrap_err(), BundleError::RequestMismatch);
    }
}
