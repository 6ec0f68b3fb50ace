//! Files that the customers' web servers would serve.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::{dns::host_name, error::InvalidInput};

/// The largest file that can be published.
const MAX_FILE: usize = 1 << 20;

/// Published files by host and path. The listener serves them to whoever asks with that `Host`.
#[derive(Default)]
pub(crate) struct WebFiles {
    files: Mutex<HashMap<String, HashMap<String, String>>>,
}

/// A file that is gone.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Withdrawn {
    /// Its host, as it is known.
    pub(crate) host: String,
    /// Whether the host has no other.
    pub(crate) was_last: bool,
}

impl WebFiles {
    /// Publishes or replaces a file, and returns the host's name as it is known from now on.
    pub(crate) fn publish(&self, host: &str, path: &str, body: &str) -> Result<String, InvalidInput> {
        let host = host_name(host).map_err(|error| InvalidInput::new("host", error.reason))?;
        // Anything but printable ASCII comes percent-encoded, and would never be found.
        let is_path = path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_path || path.contains(['?', '#']) {
            return Err(InvalidInput::new("path", "is not an absolute path"));
        }
        if RESERVED.iter().any(|reserved| path == *reserved || path.starts_with(&format!("{reserved}/"))) {
            return Err(InvalidInput::new("path", "belongs to the sandbox itself"));
        }
        if body.len() > MAX_FILE {
            return Err(InvalidInput::new("body", format!("is larger than {MAX_FILE} bytes")));
        }
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.entry(host.clone()).or_default().insert(path.to_owned(), body.to_owned());
        Ok(host)
    }

    /// Takes a file away, if it was there.
    pub(crate) fn withdraw(&self, host: &str, path: &str) -> Option<Withdrawn> {
        let host = host_name(host).ok()?;
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.get_mut(&host)?.remove(path)?;
        let was_last = files.get(&host).is_some_and(HashMap::is_empty);
        if was_last {
            files.remove(&host);
        }
        Some(Withdrawn { host, was_last })
    }

    /// The file at a path of a host, as named by a `Host` header: a port and the case don't matter.
    pub(crate) fn get(&self, host: &str, path: &str) -> Option<String> {
        let host = host.rsplit_once(':').map_or(host, |(name, _port)| name);
        let host = host_name(host).ok()?;
        self.files.lock().unwrap_or_else(PoisonError::into_inner).get(&host)?.get(path).cloned()
    }
}

/// Paths of the listener that no published file may stand in for.
const RESERVED: [&str; 5] = ["/control", "/service", "/approve", "/pki", "/ocsp"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serves_by_host_and_path_whatever_the_case_and_port() {
        let files = WebFiles::default();
        assert_eq!(files.publish("Shop.Example", "/a.txt", "text").unwrap(), "shop.example");
        assert_eq!(files.get("SHOP.example:8080", "/a.txt").as_deref(), Some("text"));
        assert_eq!(files.get("other.example", "/a.txt"), None);
        assert_eq!(files.get("shop.example", "/A.txt"), None);
    }

    #[test]
    fn names_the_field_that_is_wrong() {
        let field = |host, path| WebFiles::default().publish(host, path, "").unwrap_err().field;
        assert_eq!(field("a b", "/a"), "host");
        assert_eq!(field("a.example", "a"), "path");
        for unheard_of in ["", "/a b", "/a?b", "/a#b", "/żółw", "/a\n"] {
            assert_eq!(field("a.example", unheard_of), "path", "{unheard_of}");
        }
    }

    #[test]
    fn leaves_its_own_paths_to_the_listener() {
        let publish = |path: &str| WebFiles::default().publish("a.example", path, "");
        for path in
            ["/control", "/control/info", "/service/x", "/approve/x", "/pki", "/pki/root.cer", "/ocsp"]
        {
            assert_eq!(publish(path).unwrap_err().reason, "belongs to the sandbox itself", "{path}");
        }
        assert!(publish("/.well-known/pki-validation/certum.txt").is_ok());
        assert!(publish("/pkix").is_ok());
    }
}
