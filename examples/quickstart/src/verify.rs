//! Checks the certificate as a TLS client would.

use std::time::Duration;

use cert_lifecycle::IssuedCertificate;
use csr_tools::Certificate;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage, anchor_from_trusted_cert};

use crate::problem::Problem;

/// Whether a client that trusts `root` takes the certificate for each of its names.
pub(crate) fn verify(issued: &IssuedCertificate, root: &Certificate) -> Result<(), Problem> {
    let failed = |error: &dyn std::error::Error| Problem::with("the certificate does not verify", error);
    let der = |pem: &String| {
        let certificate = Certificate::from_pem(pem).map_err(|error| failed(&error))?;
        Ok(CertificateDer::from(certificate.as_der().to_vec()))
    };
    let root = CertificateDer::from(root.as_der());
    let anchor = anchor_from_trusted_cert(&root).map_err(|error| failed(&error))?;
    let chain = issued.chain.iter().map(der).collect::<Result<Vec<_>, Problem>>()?;
    let leaf = der(&issued.pem)?;
    let leaf = EndEntityCert::try_from(&leaf).map_err(|error| failed(&error))?;
    // Its first second is as good as any: the lifecycle has held its validity against the clock.
    let seconds = u64::try_from(issued.not_before.as_second()).unwrap_or_default();
    let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let usage = KeyUsage::server_auth();
    leaf.verify_for_usage(ALL_VERIFICATION_ALGS, &[anchor], &chain, time, usage, None, None)
        .map_err(|error| failed(&error))?;
    for name in &issued.names {
        let name = name.replace('*', "any");
        let name = ServerName::try_from(name.as_str()).map_err(|error| failed(&error))?;
        leaf.verify_is_valid_for_subject_name(&name).map_err(|error| failed(&error))?;
    }
    Ok(())
}
