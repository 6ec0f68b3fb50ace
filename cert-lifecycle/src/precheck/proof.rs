//! Whether what proves control of a name is where the CA will look for it.

use cert_domain::Instruction;

use super::lookups::{Answer, FetchError, LookupError, ProofLookups};
use super::problem::{Problem, shown, some_shown};

const TXT: &str = "TXT";
const CNAME: &str = "CNAME";

/// The label that the methods with a prefix put before a name.
const PREFIX: &str = "_certum.";

/// Looks for what an instruction asks for, and finds out what is wrong if it isn't there.
pub(super) async fn check(
    lookups: &dyn ProofLookups,
    instruction: &Instruction,
    code: &str,
) -> Result<(), Vec<Problem>> {
    match instruction {
        Instruction::TxtRecord { name, value } => {
            Record { lookups, name, kind: TXT, wanted: value, code }.check().await
        }
        Instruction::CnameRecord { name, target } => {
            Record { lookups, name, kind: CNAME, wanted: target, code }.check().await
        }
        Instruction::File { host, path, body } => {
            file(lookups, host, path, body).await.map_err(|problem| vec![problem])
        }
        // A message waits for its recipient: there is nothing to look for.
        _ => Ok(()),
    }
}

/// A record that has to be there.
struct Record<'a> {
    lookups: &'a dyn ProofLookups,
    name: &'a str,
    kind: &'static str,
    wanted: &'a str,
    code: &'a str,
}

impl Record<'_> {
    async fn check(&self) -> Result<(), Vec<Problem>> {
        let one = |problem| Err(vec![problem]);
        let answer = match self.values_at(self.name, self.kind).await {
            Ok(answer) => answer,
            Err(error) => return one(unanswered(self.name, error)),
        };
        let missing = match answer {
            Answer::Found(values) if values.iter().any(|value| self.is_wanted(value)) => return Ok(()),
            Answer::Found(values) => Problem::OtherValue {
                kind: self.kind,
                name: self.name.to_owned(),
                found: some_shown(&values),
                wanted: self.wanted.to_owned(),
            },
            Answer::Empty | Answer::NoSuchName => {
                Problem::NoRecord { kind: self.kind, name: self.name.to_owned() }
            }
        };
        // What went wrong is worth more than that the record is not there.
        if let Some(cause) = self.cause().await {
            return match &missing {
                Problem::OtherValue { .. } => Err(vec![missing, cause]),
                _ => one(cause),
            };
        }
        one(missing)
    }

    /// What explains that the record isn't where it should be. Questions that get no answer explain nothing.
    async fn cause(&self) -> Option<Problem> {
        let other_kind = if self.kind == TXT { CNAME } else { TXT };
        let others = self.values_at(self.name, other_kind).await.map(Answer::records).unwrap_or_default();
        if others.iter().any(|value| self.carries_code(value)) {
            let name = self.name.to_owned();
            return Some(Problem::WrongKind { name, found: other_kind, wanted: self.kind });
        }
        if other_kind == CNAME
            && let Some(target) = others.first()
        {
            return Some(Problem::CnameInTheWay { name: self.name.to_owned(), target: shown(target) });
        }
        for (place, is_doubled) in self.other_places() {
            let found = self.values_at(&place, self.kind).await.map(Answer::records).unwrap_or_default();
            if found.iter().any(|value| self.is_wanted(value)) {
                return Some(Problem::WrongPlace {
                    found_at: place,
                    wanted_at: self.name.to_owned(),
                    is_doubled,
                });
            }
        }
        let domain = self.domain();
        // An alias whose target doesn't exist is answered as if the alias didn't: it is asked for by itself.
        let is_missing = matches!(self.lookups.txt(domain).await, Ok(Answer::NoSuchName))
            && matches!(self.lookups.cname(domain).await, Ok(Answer::NoSuchName));
        is_missing.then(|| Problem::NoSuchDomain { domain: domain.to_owned() })
    }

    /// The name that is to be proved.
    fn domain(&self) -> &str {
        self.name.strip_prefix(PREFIX).unwrap_or(self.name)
    }

    /// Where records land by mistake, and whether that is because the zone's name was put at the end twice. Which of
    /// the domains above the name is the zone isn't known, so that each may be.
    fn other_places(&self) -> Vec<(String, bool)> {
        let domain = self.domain();
        let mut places = Vec::new();
        let mut zone = Some(domain);
        while let Some(above) = zone.filter(|above| above.contains('.')) {
            places.push((format!("{}.{above}", self.name), true));
            zone = above.split_once('.').map(|(_, parent)| parent);
        }
        let other = if domain == self.name { format!("{PREFIX}{domain}") } else { domain.to_owned() };
        places.push((other, false));
        // No question can be asked about more (RFC 1035, section 2.3.4).
        places.retain(|(place, _)| place.len() <= 253);
        places
    }

    async fn values_at(&self, name: &str, kind: &str) -> Result<Answer<Vec<u8>>, LookupError> {
        if kind == TXT {
            return self.lookups.txt(name).await;
        }
        Ok(match self.lookups.cname(name).await? {
            Answer::Found(targets) => Answer::Found(targets.into_iter().map(String::into_bytes).collect()),
            Answer::Empty => Answer::Empty,
            Answer::NoSuchName => Answer::NoSuchName,
        })
    }

    fn is_wanted(&self, value: &[u8]) -> bool {
        if self.kind == TXT {
            value.trim_ascii() == self.wanted.as_bytes()
        } else {
            value.eq_ignore_ascii_case(self.wanted.as_bytes())
        }
    }

    fn carries_code(&self, value: &[u8]) -> bool {
        let value = String::from_utf8_lossy(value.trim_ascii()).to_ascii_lowercase();
        let code = self.code.to_ascii_lowercase();
        value == code || value.strip_prefix(&code).is_some_and(|rest| rest.starts_with('.'))
    }
}

fn unanswered(name: &str, error: LookupError) -> Problem {
    let name = name.to_owned();
    match error {
        LookupError::Timeout => Problem::DnsTimeout { name },
        LookupError::Failed(reason) => Problem::DnsFailed { name, reason: shown(reason.as_bytes()) },
    }
}

async fn file(lookups: &dyn ProofLookups, host: &str, path: &str, wanted: &str) -> Result<(), Problem> {
    let answer = lookups.file(host, path).await.map_err(|error| unreachable(host, error))?;
    let url = format!("http://{host}{path}");
    match answer.status {
        200 => {}
        status @ 300..=399 => {
            let location = shown(answer.location.unwrap_or_default().as_bytes());
            return Err(Problem::Redirect { url, status, location });
        }
        status => return Err(Problem::Status { url, status }),
    }
    let text = answer.body.trim_ascii();
    if !answer.is_cut && text == wanted.as_bytes() {
        return Ok(());
    }
    let beginning = String::from_utf8_lossy(text).to_ascii_lowercase();
    Err(if beginning.starts_with("<!doctype html") || beginning.contains("<html") {
        Problem::HtmlPage { url }
    } else {
        Problem::OtherText { url, found: shown(text), wanted: wanted.to_owned() }
    })
}

fn unreachable(host: &str, error: FetchError) -> Problem {
    let host = host.to_owned();
    match error {
        FetchError::Dns(error) => unanswered(&host, error),
        FetchError::NoAddress => Problem::NoAddress { host },
        FetchError::NotPublic(address) => Problem::NotPublic { host, address: address.to_string() },
        FetchError::Refused(_) => Problem::Refused { host },
        FetchError::Timeout => Problem::WebTimeout { host },
        FetchError::Failed(reason) => Problem::WebFailed { host, reason: shown(reason.as_bytes()) },
    }
}
