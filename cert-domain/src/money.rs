//! Prices.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A currency, by its three letters (ISO 4217).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency(&'static str);

impl Currency {
    /// The Polish złoty.
    pub const PLN: Self = Self("PLN");

    /// The three letters.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// How many decimal places the currency's minor unit takes.
    #[must_use]
    pub fn decimals(self) -> usize {
        let among = |list: &str| list.split_whitespace().any(|code| code == self.0);
        if among(WITHOUT_DECIMALS) {
            0
        } else if among(THREE_DECIMALS) {
            3
        } else {
            2
        }
    }
}

/// ISO 4217's currencies of countries, in use in 2026. Funds, metals and tests are left out.
const TWO_DECIMALS: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF \
    CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS \
    INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD \
    NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP \
    SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG";
const WITHOUT_DECIMALS: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
const THREE_DECIMALS: &str = "BHD IQD JOD KWD LYD OMR TND";

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(text: &str) -> Result<Self, UnknownCurrency> {
        let letters = text.trim().to_ascii_uppercase();
        [TWO_DECIMALS, WITHOUT_DECIMALS, THREE_DECIMALS]
            .into_iter()
            .flat_map(str::split_whitespace)
            .find(|code| *code == letters)
            .map(Self)
            .ok_or(UnknownCurrency(()))
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// A text that is no currency's three letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a currency's three letters (ISO 4217)")]
pub struct UnknownCurrency(());

/// An amount of money in whole minor units, such as grosze: nothing is ever rounded.
///
/// ```
/// use cert_domain::{Currency, Money};
///
/// let price = Money::read("129.90", Currency::PLN)?;
/// assert_eq!((price.minor_units(), price.to_string().as_str()), (12_990, "129.90 PLN"));
/// # Ok::<_, cert_domain::InvalidAmount>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Money {
    minor_units: u64,
    currency: Currency,
}

impl Money {
    /// An amount in minor units.
    #[must_use]
    pub fn new(minor_units: u64, currency: Currency) -> Self {
        Self { minor_units, currency }
    }

    /// Reads an amount as people write it, with a point or a comma before the minor units.
    ///
    /// # Errors
    /// If it is no number, has more decimal places than the currency, or is beyond counting.
    pub fn read(text: &str, currency: Currency) -> Result<Self, InvalidAmount> {
        let decimals = currency.decimals();
        let text = text.trim();
        let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > decimals {
            return Err(InvalidAmount(()));
        }
        let amount = format!("{whole}{fraction:0<decimals$}").parse().map_err(|_| InvalidAmount(()))?;
        Ok(Self::new(amount, currency))
    }

    /// The amount in minor units.
    #[must_use]
    pub fn minor_units(self) -> u64 {
        self.minor_units
    }

    /// The currency.
    #[must_use]
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// The sum, of amounts in one currency that can be counted.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let sum = self.minor_units.checked_add(other.minor_units)?;
        (self.currency == other.currency).then(|| Self::new(sum, self.currency))
    }

    /// Several times the amount, if it can be counted.
    #[must_use]
    pub fn checked_mul(self, times: u64) -> Option<Self> {
        Some(Self::new(self.minor_units.checked_mul(times)?, self.currency))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = self.currency.decimals();
        let digits = format!("{:0>width$}", self.minor_units, width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        let point = if fraction.is_empty() { "" } else { "." };
        write!(f, "{whole}{point}{fraction} {}", self.currency)
    }
}

/// A text that is no amount of a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not an amount with the currency's decimal places")]
pub struct InvalidAmount(());

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, currency: &str) -> Result<String, InvalidAmount> {
        Money::read(text, currency.parse().unwrap()).map(|money| money.to_string())
    }

    #[test]
    fn reads_and_writes_the_decimal_places_of_the_currency() {
        for (text, currency, shown) in [
            ("0", "PLN", "0.00 PLN"),
            ("1,5", "PLN", "1.50 PLN"),
            ("0.05", "EUR", "0.05 EUR"),
            ("129.90", "usd", "129.90 USD"),
            ("1200", "JPY", "1200 JPY"),
            ("1.234", "KWD", "1.234 KWD"),
        ] {
            assert_eq!(read(text, currency).as_deref(), Ok(shown), "{text}");
        }
    }

    #[test]
    fn refuses_what_would_have_to_be_rounded_or_guessed() {
        for (text, currency) in [
            ("1.005", "PLN"),
            ("1.5", "JPY"),
            ("-1", "PLN"),
            ("+1", "PLN"),
            ("1.+5", "PLN"),
            ("1 000", "PLN"),
            ("1.000,00", "PLN"),
            (".5", "PLN"),
            ("", "PLN"),
            ("99999999999999999999", "PLN"),
        ] {
            assert!(read(text, currency).is_err(), "{text}");
        }
        assert!("XXX".parse::<Currency>().is_err() && "zł".parse::<Currency>().is_err());
    }

    #[test]
    fn adds_one_currency_alone() {
        let zloty = Money::new(100, Currency::PLN);
        let euro = Money::new(100, "EUR".parse().unwrap());
        assert_eq!(zloty.checked_add(zloty), Some(Money::new(200, Currency::PLN)));
        assert_eq!(zloty.checked_add(euro), None);
        assert_eq!(zloty.checked_mul(12), Some(Money::new(1200, Currency::PLN)));
        assert_eq!(zloty.checked_mul(u64::MAX), None);
        assert_eq!((Currency::PLN.as_str(), Currency::PLN.to_string().as_str()), ("PLN", "PLN"));
    }

    #[test]
    fn survives_storage() {
        let stored = serde_json::to_string(&Money::new(5, Currency::PLN)).unwrap();
        assert_eq!(stored, r#"{"minor_units":5,"currency":"PLN"}"#);
        assert_eq!(serde_json::from_str::<Money>(&stored).unwrap(), Money::new(5, Currency::PLN));
    }
}
