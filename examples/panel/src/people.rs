//! Who may log in.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use cert_domain::{Contact, ContactForm, Country, CustomerId, Finding, Findings, Language};
use cert_lifecycle::records::Kept;
use cert_lifecycle::sales::Buyer;
use cert_lifecycle::service::Actor;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::shop::Shop;
use crate::visitor::digest;

/// Somebody who may log in.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) email: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) role: Role,
    /// The customer whose services are theirs.
    pub(crate) customer: CustomerId,
    /// The language of their letters.
    pub(crate) language: Language,
}

impl User {
    pub(crate) fn as_actor(&self) -> Actor {
        Actor::new(&self.email)
    }

    pub(crate) fn as_buyer(&self) -> Buyer {
        Buyer { customer: self.customer.clone(), email: self.email.clone(), language: self.language }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    Customer,
    Admin,
}

/// A user as kept: the hash of the password stays away from pages.
#[derive(Serialize, Deserialize)]
struct Account {
    #[serde(flatten)]
    user: User,
    password: String,
}

impl Kept for Account {
    const KIND: &'static str = "user";
}

/// Who wants to register.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Registration {
    pub(crate) contact: ContactForm,
    #[serde(skip_serializing)]
    pub(crate) password: String,
}

impl Registration {
    fn check(&self) -> Result<Contact, Findings> {
        let contact = Contact::check(&self.contact, Country::POLAND);
        if (10..=200).contains(&self.password.chars().count()) {
            return contact;
        }
        let english = "has to have 10 to 200 characters";
        let short = Finding::stated(Finding::NO_CODE, "password", english, "musi mieć od 10 do 200 znaków");
        Err(contact.err().into_iter().flatten().chain([short]).collect())
    }
}

impl Shop {
    pub(crate) async fn user(&self, email: &str) -> Result<Option<User>, Problem> {
        let account: Option<Account> = self.records.find(email).await?;
        Ok(account.map(|account| account.user))
    }

    pub(crate) async fn users(&self) -> Result<Vec<User>, Problem> {
        let accounts: Vec<(String, Account)> = self.records.all(None).await?;
        Ok(accounts.into_iter().map(|(_, account)| account.user).collect())
    }

    /// Keeps a new user, unless something is wrong, or somebody has the address.
    pub(crate) async fn register(
        &self,
        new: &Registration,
        role: Role,
        language: Language,
    ) -> Result<Result<User, Findings>, Problem> {
        let contact = match new.check() {
            Ok(contact) => contact,
            Err(findings) => return Ok(Err(findings)),
        };
        let number = self.random()?;
        let customer = format!("customer-{}", &number[..12]).parse().map_err(|_| Problem::Unreadable)?;
        let Contact { first_name, last_name, email, .. } = contact;
        let user = User { email: email.to_lowercase(), first_name, last_name, role, customer, language };
        let account = Account { user, password: hash(new.password.clone()).await? };
        if self.records.add(&account.user.email, None, &account).await? {
            return Ok(Ok(account.user));
        }
        let (english, polish) = ("is somebody's already", "jest już czyjś");
        Ok(Err(Finding::stated(Finding::NO_CODE, "requestorInfo/email", english, polish).into()))
    }

    /// Who logs in with these; nobody if they don't fit.
    pub(crate) async fn authenticate(
        &self,
        email: &str,
        password: String,
        from: IpAddr,
    ) -> Result<Option<User>, Problem> {
        let email = email.trim().to_lowercase();
        self.tries.begin(&email, from, self.wall_now())?;
        let account: Option<Account> = self.records.find(&email).await?;
        // Somebody unknown takes as long as a wrong password.
        let Some(account) = account else {
            hash(password).await?;
            return Ok(None);
        };
        let hashed = account.password;
        let fits = tokio::task::spawn_blocking(move || {
            let hashed = PasswordHash::new(&hashed).ok()?;
            Argon2::default().verify_password(password.as_bytes(), &hashed).ok()
        });
        let fits = fits.await.map_err(|_| Problem::Password)?.is_some();
        if fits {
            self.tries.forget(&email, from);
        }
        Ok(fits.then_some(account.user))
    }
}

async fn hash(password: String) -> Result<String, Problem> {
    // It takes long on purpose: others are served meanwhile.
    let hashed = tokio::task::spawn_blocking(move || {
        Argon2::default().hash_password(password.as_bytes()).map(|hashed| hashed.to_string())
    });
    hashed.await.map_err(|_| Problem::Password)?.map_err(|_| Problem::Password)
}

/// How often somebody has tried to log in of late.
#[derive(Default)]
pub(crate) struct Tries(Mutex<HashMap<String, (u32, Timestamp)>>);

impl Tries {
    const WINDOW: SignedDuration = SignedDuration::from_mins(10);
    const MOST_FOR_A_USER: u32 = 8;
    const MOST_FROM_ONE_PLACE: u32 = 60;

    /// Counts a try. One from a place that is refused adds nothing, so that nobody fills the memory.
    pub(crate) fn begin(&self, who: &str, from: IpAddr, now: Timestamp) -> Result<(), Problem> {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tries.retain(|_, (_, since)| now.duration_since(*since) < Self::WINDOW);
        let counted = [(Self::place(from), Self::MOST_FROM_ONE_PLACE), (digest(who), Self::MOST_FOR_A_USER)];
        for (key, most) in counted {
            let (times, _) = tries.entry(key).or_insert((0, now));
            *times = times.saturating_add(1);
            if *times > most {
                return Err(Problem::TooManyTries);
            }
        }
        Ok(())
    }

    /// Whoever gets in was not guessing.
    fn forget(&self, who: &str, from: IpAddr) {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tries.remove(&digest(who));
        tries.entry(Self::place(from)).and_modify(|(times, _)| *times = times.saturating_sub(1));
    }

    fn place(from: IpAddr) -> String {
        format!("from {from}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    #[test]
    fn holds_up_who_guesses_from_one_place_and_nobody_else_for_ten_minutes() {
        let (tries, now) = (Tries::default(), Timestamp::UNIX_EPOCH);
        for number in 0..Tries::MOST_FROM_ONE_PLACE {
            tries.begin(&format!("{number}@example.com"), HERE, now).unwrap();
        }
        assert!(tries.begin("next@example.com", HERE, now).is_err());
        assert!(tries.begin("next@example.com", THERE, now).is_ok());
        assert!(tries.begin("next@example.com", HERE, now + Tries::WINDOW).is_ok());
    }

    #[test]
    fn does_not_count_who_gets_in() {
        let (tries, now) = (Tries::default(), Timestamp::UNIX_EPOCH);
        for _ in 0..2 * Tries::MOST_FROM_ONE_PLACE {
            tries.begin("jan@example.com", HERE, now).unwrap();
            tries.forget("jan@example.com", HERE);
        }
    }
}
