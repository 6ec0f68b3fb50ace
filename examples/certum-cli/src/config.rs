//! Profiles, in a TOML file, and what a command is run with in the end.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, IsTerminal, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use cert_domain::{Language, Mode};
use certum_api::{Credentials, Environment, Password};
use serde::Deserialize;
use url::Url;

use crate::args::Args;
use crate::failure::Failure;
use crate::surroundings::Surroundings;
use crate::texts::Texts;

/// The configuration file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The profile that counts if none is named.
    default: Option<String>,
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

/// An account, and how it is used.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Profile {
    endpoint: Option<Url>,
    environment: Option<String>,
    user: Option<String>,
    password_file: Option<PathBuf>,
    store: Option<PathBuf>,
    language: Option<String>,
    resolver: Option<SocketAddr>,
}

impl Config {
    /// Reads the file that is named, or the one in its usual place if it is there.
    pub(crate) fn read(named: Option<&Path>, surroundings: &Surroundings) -> Result<Self, Failure> {
        let usual = surroundings.config_directory.as_ref().map(|directory| directory.join("config.toml"));
        let usual = usual.as_deref().filter(|path| path.exists());
        let Some(path) = named.or(usual) else { return Ok(Self::default()) };
        let text = fs::read_to_string(path).map_err(|error| Failure::file(path, error))?;
        // The parser's whole text quotes the line, in which somebody may have put a password.
        toml::from_str(&text).map_err(|error| Failure::file(path, error.message()))
    }

    /// The profile that is named, with its name; an empty one if none is.
    fn profile(&self, named: &str) -> Result<(Option<&str>, Profile), Failure> {
        let named = Some(named).filter(|name| !name.is_empty()).or(self.default.as_deref());
        let Some(name) = named else { return Ok((None, Profile::default())) };
        let unknown = || Failure::usage("failed-no-profile", &[("profile", &name)]);
        let (name, profile) = self.profiles.get_key_value(name).ok_or_else(unknown)?;
        Ok((Some(name), profile.clone()))
    }

    /// The language to speak: as it is asked for, as the profile says, as the locale says.
    pub(crate) fn language(&self, named: &str, profile: &str, locale: Option<&str>) -> Language {
        let profile = self.profile(profile).ok().and_then(|(_, profile)| profile.language);
        let said = [Some(named), profile.as_deref(), locale.and_then(|locale| locale.get(..2))];
        said.into_iter().flatten().find_map(|text| text.parse().ok()).unwrap_or(Language::English)
    }
}

/// What a command is run with.
pub(crate) struct Settings {
    pub(crate) environment: Environment,
    /// Which offers it sells. Nobody knows it of another endpoint.
    pub(crate) mode: Option<Mode>,
    pub(crate) store: Option<PathBuf>,
    pub(crate) resolver: Option<SocketAddr>,
    user: Option<String>,
    password_file: Option<PathBuf>,
}

impl Settings {
    pub(crate) fn new(args: Args<'_>, config: &Config, surroundings: &Surroundings) -> Result<Self, Failure> {
        let (mut name, mut profile) = config.profile(args.text("profile"))?;
        let endpoint = args.get::<Url>("endpoint");
        let chosen = args.get::<String>("environment");
        // What the arguments say of the CA counts before what the profile says.
        if endpoint.is_some() || chosen.is_some() {
            // Services of two CAs in one store would be looked for at the wrong one.
            (name, profile.store) = (None, None);
            (profile.endpoint, profile.environment) = (endpoint, chosen);
            // Another CA is not told the password of an account that nobody has named.
            if args.text("profile").is_empty() {
                (profile.user, profile.password_file) = (None, None);
            }
        }
        let (environment, mode, place) = match (profile.endpoint, profile.environment.as_deref()) {
            (Some(url), None) => {
                let (host, port) = (url.host_str().unwrap_or_default(), url.port_or_known_default());
                let place = format!("{}-{host}-{}", url.scheme(), port.unwrap_or_default());
                (Environment::Custom(url), None, place)
            }
            (None, Some("live")) => (Environment::Production, Some(Mode::Production), "live".to_owned()),
            (None, Some("test") | None) => (Environment::Test, Some(Mode::Test), "test".to_owned()),
            _ => return Err(Failure::usage("failed-environment", &[])),
        };
        // A name of its own, also where capitals are not told from small letters.
        let written = |byte| match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            _ => format!("%{byte:02x}"),
        };
        let place = name.map_or(place, |name| format!("profile-{name}"));
        let file = place.bytes().map(written).collect::<String>() + ".db";
        let usual = surroundings.data_directory.as_ref().map(|directory| directory.join(file));
        Ok(Self {
            environment,
            mode,
            store: args.get("store").or(profile.store).or(usual),
            resolver: args.get("resolver").or(profile.resolver),
            user: surroundings.user.clone().or(profile.user),
            password_file: profile.password_file,
        })
    }

    /// The account. Its password comes from the environment, else from the profile's file, else from a person.
    pub(crate) fn credentials(&self, given: &Surroundings, texts: &Texts) -> Result<Credentials, Failure> {
        let missing = || Failure::usage("failed-no-credentials", &[]);
        let user = self.user.clone().ok_or_else(missing)?;
        let password = match (&given.password, &self.password_file) {
            (Some(password), _) => Password::from(password.clone()),
            (None, Some(path)) => read_secret(path)?,
            (None, None) if io::stdin().is_terminal() => {
                let question = texts.about("prompt-password", &[("user", user.clone())]);
                rpassword::prompt_password(question + " ").map_err(|_| missing())?.into()
            }
            (None, None) => return Err(missing()),
        };
        Ok(Credentials::new(user, password))
    }
}

/// A password that a file holds, if nobody but its owner can read it.
pub(crate) fn read_secret(path: &Path) -> Result<Password, Failure> {
    let failed = |error: io::Error| Failure::file(path, error);
    let mut file = File::open(path).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if file.metadata().map_err(failed)?.permissions().mode() & 0o077 != 0 {
            return Err(Failure::usage("failed-readable-by-others", &[("file", &path.display())]));
        }
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(failed)?;
    Ok(text.trim_end_matches(['\n', '\r']).into())
}
