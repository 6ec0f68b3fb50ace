//! Files that the customers' web servers would serve.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::{dns::host_name, error::InvalidInput};

/// The largest file that can be published.
const MAX_FILE: usize = 1 << 20;

/// Published files by host and path. The listener serves them to whoever asks with that `Host`.
///
/// Whoever has to know which hosts have files is told while nobody else can change them: otherwise a file that is published
/// as another is withdrawn could stay on a host that nobody knows.
#[derive(Default)]
pub(crate) struct WebFiles {
    files: Mutex<HashMap<String, HashMap<String, String>>>,
}

impl WebFiles {
    /// Publishes or replaces a file, and tells the host's name as it is known from now on.
    pub(crate) fn publish(
        &self,
        host: &str,
        path: &str,
        body: &str,
        add_host: impl FnOnce(&str),
    ) -> Result<(), InvalidInput> {
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
        add_host(&host);
        files.entry(host).or_default().insert(path.to_owned(), body.to_owned());
        Ok(())
    }

    /// Takes a file away, if it was there, and tells the host's name if it was its last.
    pub(crate) fn withdraw(&self, host: &str, path: &str, remove_host: impl FnOnce(&str)) -> Option<()> {
        let host = host_name(host).ok()?;
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let of_host = files.get_mut(&host)?;
        of_host.remove(path)?;
        if of_host.is_empty() {
            files.remove(&host);
            remove_host(&host);
        }
        Some(())
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
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn serves_by_host_and_path_whatever_the_case_and_port() {
        let files = WebFiles::default();
        let mut known = String::new();
        files.publish("Shop.Example", "/a.txt", "text", |host| known.push_str(host)).unwrap();
        assert_eq!(known, "shop.example");
        assert_eq!(files.get("SHOP.example:8080", "/a.txt").as_deref(), Some("text"));
        assert_eq!(files.get("other.example", "/a.txt"), None);
        assert_eq!(files.get("shop.example", "/A.txt"), None);
    }

    #[test]
    fn tells_which_hosts_have_files_while_nobody_else_can_change_them() {
        let (files, told) = (WebFiles::default(), RefCell::new(Vec::new()));
        let tell = |what: &'static str| {
            let (files, told) = (&files, &told);
            move |host: &str| {
                assert!(files.files.try_lock().is_err(), "{what}");
                told.borrow_mut().push(format!("{what} {host}"));
            }
        };
        for path in ["/a", "/b"] {
            files.publish("shop.example", path, "", tell("add")).unwrap();
        }
        for path in ["/a", "/b"] {
            files.withdraw("Shop.example", path, tell("remove")).unwrap();
        }
        assert_eq!(files.withdraw("shop.example", "/a", tell("remove")), None);
        assert_eq!(told.into_inner(), ["add shop.example", "add shop.example", "remove shop.example"]);
    }

    #[test]
    fn names_the_field_that_is_wrong() {
        let field = |host, path| WebFiles::default().publish(host, path, "", |_| ()).unwrap_err().field;
        assert_eq!(field("a b", "/a"), "host");
        assert_eq!(field("a.example", "a"), "path");
        for unheard_of in ["", "/a b", "/a?b", "/a#b", "/żółw", "/a\n"] {
            assert_eq!(field("a.example", unheard_of), "path", "{unheard_of}");
        }
    }

    #[test]
    fn leaves_its_own_paths_to_the_listener() {
        let publish = |path: &str| WebFiles::default().publish("a.example", path, "", |_| ());
        for path in
            ["/control", "/control/info", "/service/x", "/approve/x", "/pki", "/pki/root.cer", "/ocsp"]
        {
            assert_eq!(publish(path).unwrap_err().reason, "belongs to the sandbox itself", "{path}");
        }
        assert!(publish("/.well-known/pki-validation/certum.txt").is_ok());
        assert!(publish("/pkix").is_ok());
    }
}
