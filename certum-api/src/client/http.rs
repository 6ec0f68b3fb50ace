//! The transport that comes with the crate: HTTP by reqwest.

use async_trait::async_trait;
use bytes::BytesMut;

use super::builder::{BuildError, ClientBuilder};
use super::transport::{Transport, TransportAnswer, TransportError, TransportRequest};

pub(super) struct Http {
    client: reqwest::Client,
}

impl Http {
    pub(super) fn new(builder: &ClientBuilder) -> Result<Self, BuildError> {
        let mut http = reqwest::Client::builder()
            .connect_timeout(builder.connect_timeout)
            .read_timeout(builder.read_timeout)
            .user_agent(builder.user_agent.as_str())
            // A redirected purchase would be a second one.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            // The environment's proxy variables are not this library's to read.
            .no_proxy();
        if let Some(url) = &builder.proxy {
            let mut proxy = reqwest::Proxy::all(url.clone()).map_err(|_| BuildError::Proxy)?;
            if let Some(credentials) = &builder.proxy_credentials {
                proxy = proxy.basic_auth(credentials.user_name(), credentials.password().expose());
            }
            http = http.proxy(proxy);
        }
        #[cfg(feature = "tls")]
        for pem in &builder.root_certificates {
            let found =
                reqwest::Certificate::from_pem_bundle(pem).map_err(|_| BuildError::RootCertificates)?;
            if found.is_empty() {
                return Err(BuildError::RootCertificates);
            }
            http = http.tls_certs_merge(found);
        }
        let client = http.build().map_err(|error| BuildError::Http(error.into()))?;
        Ok(Self { client })
    }
}

#[async_trait]
impl Transport for Http {
    async fn post(&self, request: TransportRequest<'_>) -> Result<TransportAnswer, TransportError> {
        let mut posted = self.client.post(request.endpoint.clone());
        for (name, value) in TransportRequest::HEADERS {
            posted = posted.header(name, value);
        }
        let sent = posted.timeout(request.timeout).body(request.document).send();
        let mut response = sent.await.map_err(failed)?;
        let status = response.status().as_u16();
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len().saturating_add(chunk.len()) > request.response_limit {
                return Err(TransportError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(TransportAnswer::new(status, body))
    }
}

fn failed(error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    match error.is_connect() {
        true => TransportError::NotSent(error.into()),
        false => TransportError::Unknown(error.into()),
    }
}
