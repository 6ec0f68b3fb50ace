//! Countries.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A country, by its two letters (ISO 3166-1 alpha-2), in upper case.
///
/// ```
/// use cert_domain::Country;
///
/// assert_eq!(" pl ".parse(), Ok(Country::POLAND));
/// assert!("UK".parse::<Country>().is_err()); // it is GB
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country(&'static Row);

impl Country {
    /// Poland.
    pub const POLAND: Self = Self(&POLAND);

    /// Every country, in the order of the letters.
    pub fn all() -> impl Iterator<Item = Self> {
        COUNTRIES.iter().map(Self)
    }

    /// The two letters.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0.letters
    }

    /// The country's calling code (ITU-T E.164). Some share one.
    #[must_use]
    pub fn calling_code(self) -> &'static str {
        self.0.calling_code
    }

    /// What is dialled before a number inside the country, and left out of the international form.
    pub(crate) fn trunk_prefix(self) -> &'static str {
        let letters = self.as_str();
        if NO_TRUNK_PREFIX.split(' ').any(|other| other == letters) {
            return "";
        }
        match letters {
            "BY" | "KZ" | "RU" | "TM" => "8",
            "HU" => "06",
            _ if self.calling_code() == "1" => "1",
            _ => "0",
        }
    }
}

impl FromStr for Country {
    type Err = UnknownCountry;

    fn from_str(text: &str) -> Result<Self, UnknownCountry> {
        let letters = text.trim().to_ascii_uppercase();
        let row =
            COUNTRIES.binary_search_by(|row| row.letters.cmp(&letters)).map_err(|_| UnknownCountry(()))?;
        Ok(Self(&COUNTRIES[row]))
    }
}

impl TryFrom<String> for Country {
    type Error = UnknownCountry;

    fn try_from(text: String) -> Result<Self, UnknownCountry> {
        text.parse()
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.as_str().to_owned()
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that is no country's two letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a country's two letters (ISO 3166-1)")]
pub struct UnknownCountry(());

#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Row {
    letters: &'static str,
    calling_code: &'static str,
}

const fn row(letters: &'static str, calling_code: &'static str) -> Row {
    Row { letters, calling_code }
}

static POLAND: Row = row("PL", "48");

/// Where a number is dialled at home as from abroad, without anything before it. In Italy, San Marino and the Vatican
/// the leading zero is part of the number.
const NO_TRUNK_PREFIX: &str = "AD BH BZ CL CR CU CV CY CZ DK EE ES GI GR GT HK HN IS IT KW LU LV MC MO MT MX NI NO OM \
                               PA PL PT PY QA SG SM SV TN UY VA";

/// ISO 3166-1's countries, each with its calling code.
#[rustfmt::skip]
static COUNTRIES: &[Row] = &[
    row("AD", "376"), row("AE", "971"), row("AF", "93"), row("AG", "1"), row("AI", "1"), row("AL", "355"),
    row("AM", "374"), row("AO", "244"), row("AQ", "672"), row("AR", "54"), row("AS", "1"), row("AT", "43"),
    row("AU", "61"), row("AW", "297"), row("AX", "358"), row("AZ", "994"), row("BA", "387"), row("BB", "1"),
    row("BD", "880"), row("BE", "32"), row("BF", "226"), row("BG", "359"), row("BH", "973"), row("BI", "257"),
    row("BJ", "229"), row("BL", "590"), row("BM", "1"), row("BN", "673"), row("BO", "591"), row("BQ", "599"),
    row("BR", "55"), row("BS", "1"), row("BT", "975"), row("BV", "47"), row("BW", "267"), row("BY", "375"),
    row("BZ", "501"), row("CA", "1"), row("CC", "61"), row("CD", "243"), row("CF", "236"), row("CG", "242"),
    row("CH", "41"), row("CI", "225"), row("CK", "682"), row("CL", "56"), row("CM", "237"), row("CN", "86"),
    row("CO", "57"), row("CR", "506"), row("CU", "53"), row("CV", "238"), row("CW", "599"), row("CX", "61"),
    row("CY", "357"), row("CZ", "420"), row("DE", "49"), row("DJ", "253"), row("DK", "45"), row("DM", "1"),
    row("DO", "1"), row("DZ", "213"), row("EC", "593"), row("EE", "372"), row("EG", "20"), row("EH", "212"),
    row("ER", "291"), row("ES", "34"), row("ET", "251"), row("FI", "358"), row("FJ", "679"), row("FK", "500"),
    row("FM", "691"), row("FO", "298"), row("FR", "33"), row("GA", "241"), row("GB", "44"), row("GD", "1"),
    row("GE", "995"), row("GF", "594"), row("GG", "44"), row("GH", "233"), row("GI", "350"), row("GL", "299"),
    row("GM", "220"), row("GN", "224"), row("GP", "590"), row("GQ", "240"), row("GR", "30"), row("GS", "500"),
    row("GT", "502"), row("GU", "1"), row("GW", "245"), row("GY", "592"), row("HK", "852"), row("HM", "672"),
    row("HN", "504"), row("HR", "385"), row("HT", "509"), row("HU", "36"), row("ID", "62"), row("IE", "353"),
    row("IL", "972"), row("IM", "44"), row("IN", "91"), row("IO", "246"), row("IQ", "964"), row("IR", "98"),
    row("IS", "354"), row("IT", "39"), row("JE", "44"), row("JM", "1"), row("JO", "962"), row("JP", "81"),
    row("KE", "254"), row("KG", "996"), row("KH", "855"), row("KI", "686"), row("KM", "269"), row("KN", "1"),
    row("KP", "850"), row("KR", "82"), row("KW", "965"), row("KY", "1"), row("KZ", "7"), row("LA", "856"),
    row("LB", "961"), row("LC", "1"), row("LI", "423"), row("LK", "94"), row("LR", "231"), row("LS", "266"),
    row("LT", "370"), row("LU", "352"), row("LV", "371"), row("LY", "218"), row("MA", "212"), row("MC", "377"),
    row("MD", "373"), row("ME", "382"), row("MF", "590"), row("MG", "261"), row("MH", "692"), row("MK", "389"),
    row("ML", "223"), row("MM", "95"), row("MN", "976"), row("MO", "853"), row("MP", "1"), row("MQ", "596"),
    row("MR", "222"), row("MS", "1"), row("MT", "356"), row("MU", "230"), row("MV", "960"), row("MW", "265"),
    row("MX", "52"), row("MY", "60"), row("MZ", "258"), row("NA", "264"), row("NC", "687"), row("NE", "227"),
    row("NF", "672"), row("NG", "234"), row("NI", "505"), row("NL", "31"), row("NO", "47"), row("NP", "977"),
    row("NR", "674"), row("NU", "683"), row("NZ", "64"), row("OM", "968"), row("PA", "507"), row("PE", "51"),
    row("PF", "689"), row("PG", "675"), row("PH", "63"), row("PK", "92"), row("PL", "48"), row("PM", "508"),
    row("PN", "64"), row("PR", "1"), row("PS", "970"), row("PT", "351"), row("PW", "680"), row("PY", "595"),
    row("QA", "974"), row("RE", "262"), row("RO", "40"), row("RS", "381"), row("RU", "7"), row("RW", "250"),
    row("SA", "966"), row("SB", "677"), row("SC", "248"), row("SD", "249"), row("SE", "46"), row("SG", "65"),
    row("SH", "290"), row("SI", "386"), row("SJ", "47"), row("SK", "421"), row("SL", "232"), row("SM", "378"),
    row("SN", "221"), row("SO", "252"), row("SR", "597"), row("SS", "211"), row("ST", "239"), row("SV", "503"),
    row("SX", "1"), row("SY", "963"), row("SZ", "268"), row("TC", "1"), row("TD", "235"), row("TF", "262"),
    row("TG", "228"), row("TH", "66"), row("TJ", "992"), row("TK", "690"), row("TL", "670"), row("TM", "993"),
    row("TN", "216"), row("TO", "676"), row("TR", "90"), row("TT", "1"), row("TV", "688"), row("TW", "886"),
    row("TZ", "255"), row("UA", "380"), row("UG", "256"), row("UM", "1"), row("US", "1"), row("UY", "598"),
    row("UZ", "998"), row("VA", "39"), row("VC", "1"), row("VE", "58"), row("VG", "1"), row("VI", "1"),
    row("VN", "84"), row("VU", "678"), row("WF", "681"), row("WS", "685"), row("YE", "967"), row("YT", "262"),
    row("ZA", "27"), row("ZM", "260"), row("ZW", "263"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_the_249_countries_in_order_each_once() {
        assert_eq!(COUNTRIES.len(), 249);
        assert!(COUNTRIES.windows(2).all(|pair| pair[0].letters < pair[1].letters));
        assert_eq!("PL".parse(), Ok(Country::POLAND));
        for other in NO_TRUNK_PREFIX.split(' ') {
            assert!(other.parse::<Country>().is_ok(), "{other}");
        }
    }

    #[test]
    fn refuses_what_is_no_country() {
        for text in ["", "P", "POL", "UK", "XX", "EU", "Polska"] {
            assert!(text.parse::<Country>().is_err(), "{text}");
        }
    }

    #[test]
    fn survives_storage() {
        let stored = serde_json::to_string(&Country::POLAND).unwrap();
        assert_eq!(stored, "\"PL\"");
        assert_eq!(serde_json::from_str::<Country>(&stored).unwrap(), Country::POLAND);
    }
}
