//! What differs from one sandbox to another, so that nobody comes to lean on it.

mod layout;

use std::borrow::Cow;

use jiff::SignedDuration;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use self::layout::Layout;

/// The stream of a seed's randomness that habits are drawn from: none of those that draw while a sandbox runs.
const STREAM: u64 = u64::MAX;

/// The page length of [`Habits::plain`], and the longest that is drawn.
const LONGEST_PAGE: usize = 100;
const SHORTEST_PAGE: usize = 5;

/// The longest time that issuing takes by a seed. Somebody may be waiting.
const LONGEST_ISSUE_SECONDS: usize = 10 * 60;

/// What the real service may do one way today and another tomorrow, and every sandbox does its own way.
///
/// Nothing is published about any of it, so that a client must take it as it comes. A sandbox draws its habits
/// from its seed: a test suite that runs under a few seeds finds out where a client expects more than it was
/// promised. The layout of documents (prefixes, white space, comments, CDATA, where namespaces are declared) can
/// only be drawn; the rest can also be chosen.
///
/// # Guarantees
/// No habit changes what an answer means. One seed gives the same habits everywhere and always within a version.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Habits {
    layout: Layout,
    pub(crate) page_length: usize,
    pub(crate) certificate_text: CertificateText,
    pub(crate) reissue_keeps_order_id: bool,
    pub(crate) issue_delay: SignedDuration,
    pub(crate) tells_optional: bool,
}

/// The forms in which an answer can hold a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateText {
    /// PEM with lines of 64 characters that end in a line feed.
    Pem,
    /// PEM whose lines end in carriage return and line feed.
    PemCrLf,
    /// Base64 alone, in one line.
    Base64,
    /// Base64 alone, in lines of 64 characters.
    Base64Lines64,
    /// Base64 alone, in lines of 76 characters, as MIME has them.
    Base64Lines76,
}

impl Habits {
    /// The easiest to read: documents in one line, all that can be told, PEM, long pages, certificates at once.
    #[must_use]
    pub fn plain() -> Self {
        Self {
            layout: Layout::PLAIN,
            page_length: LONGEST_PAGE,
            certificate_text: CertificateText::Pem,
            reissue_keeps_order_id: true,
            issue_delay: SignedDuration::ZERO,
            tells_optional: true,
        }
    }

    /// The habits of a sandbox with this seed. Those of seed 0, which is the default, are [`plain`](Self::plain).
    #[must_use]
    pub fn from_seed(seed: u64) -> Self {
        if seed == 0 {
            return Self::plain();
        }
        let mut dice = Dice::from_seed(seed);
        Self {
            layout: Layout::draw(&mut dice),
            page_length: SHORTEST_PAGE + dice.below(LONGEST_PAGE - SHORTEST_PAGE + 1),
            certificate_text: dice.one_of([
                CertificateText::Pem,
                CertificateText::PemCrLf,
                CertificateText::Base64,
                CertificateText::Base64Lines64,
                CertificateText::Base64Lines76,
            ]),
            reissue_keeps_order_id: dice.flip(),
            issue_delay: SignedDuration::from_secs(dice.below(LONGEST_ISSUE_SECONDS + 1) as i64),
            tells_optional: dice.flip(),
        }
    }

    /// How many orders a page of a list has, at least one.
    #[must_use]
    pub fn with_page_length(mut self, orders: usize) -> Self {
        self.page_length = orders.max(1);
        self
    }

    /// The form of certificates in answers.
    #[must_use]
    pub fn with_certificate_text(mut self, form: CertificateText) -> Self {
        self.certificate_text = form;
        self
    }

    /// Whether a reissue is told under the order's own identifier, or under a new one.
    #[must_use]
    pub fn with_reissue_keeping_order_id(mut self, keeps: bool) -> Self {
        self.reissue_keeps_order_id = keeps;
        self
    }

    /// How long issuing takes once everything is proven, on the sandbox's clock.
    #[must_use]
    pub fn with_issue_delay(mut self, delay: SignedDuration) -> Self {
        self.issue_delay = delay.max(SignedDuration::ZERO);
        self
    }

    /// Whether answers hold what the schema lets them leave out and nobody needs: counts of pages, the names of
    /// a certificate beside the certificate, and the like.
    #[must_use]
    pub fn with_optional_told(mut self, tells: bool) -> Self {
        self.tells_optional = tells;
        self
    }

    /// How many orders a page of a list has.
    pub fn page_length(&self) -> usize {
        self.page_length
    }

    /// The form of certificates in answers.
    pub fn certificate_text(&self) -> CertificateText {
        self.certificate_text
    }

    /// Whether a reissue is told under the order's own identifier.
    pub fn reissue_keeps_order_id(&self) -> bool {
        self.reissue_keeps_order_id
    }

    /// How long issuing takes once everything is proven.
    pub fn issue_delay(&self) -> SignedDuration {
        self.issue_delay
    }

    /// Whether answers hold what they could leave out.
    pub fn tells_optional(&self) -> bool {
        self.tells_optional
    }

    /// Lays out a document that the codec wrote.
    pub(crate) fn lay_out(&self, document: String) -> String {
        match self.layout.apply(&document) {
            Some(laid_out) => laid_out,
            None => document,
        }
    }
}

impl CertificateText {
    /// A certificate in this form. `pem` is one PEM block, its lines ending in a line feed.
    pub(crate) fn write(self, pem: &str) -> Cow<'_, str> {
        let lines = || pem.lines().filter(|line| !line.starts_with("-----"));
        match self {
            Self::Pem => Cow::Borrowed(pem),
            Self::PemCrLf => Cow::Owned(pem.replace('\n', "\r\n")),
            Self::Base64 => Cow::Owned(lines().collect()),
            Self::Base64Lines64 => Cow::Owned(lines().collect::<Vec<_>>().join("\n")),
            Self::Base64Lines76 => {
                let mut text = String::with_capacity(pem.len());
                for (number, digit) in lines().flat_map(str::chars).enumerate() {
                    if number > 0 && number % 76 == 0 {
                        text.push('\n');
                    }
                    text.push(digit);
                }
                Cow::Owned(text)
            }
        }
    }
}

/// What habits are drawn with.
struct Dice(ChaCha20Rng);

impl Dice {
    fn from_seed(seed: u64) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        rng.set_stream(STREAM);
        Self(rng)
    }

    /// A number below `sides`, of which there is at least one. That some come a little more often does no harm.
    fn below(&mut self, sides: usize) -> usize {
        (self.0.next_u64() % sides as u64) as usize
    }

    fn flip(&mut self) -> bool {
        self.below(2) == 1
    }

    fn one_of<T: Copy, const N: usize>(&mut self, choices: [T; N]) -> T {
        choices[self.below(N)]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use csr_tools::Certificate;

    use super::*;

    #[test]
    fn a_seed_repeats_its_habits_and_seed_nought_is_plain() {
        assert_eq!(Habits::from_seed(0), Habits::plain());
        assert_eq!(Habits::from_seed(7), Habits::from_seed(7));
        assert_ne!(Habits::from_seed(7), Habits::from_seed(8));
    }

    #[test]
    fn a_few_seeds_show_every_habit_both_ways_and_within_bounds() {
        let drawn: Vec<Habits> = (1..=40).map(Habits::from_seed).collect();
        let forms: HashSet<String> =
            drawn.iter().map(|habits| format!("{:?}", habits.certificate_text())).collect();
        assert_eq!(forms.len(), 5, "{forms:?}");
        for habit in [Habits::reissue_keeps_order_id, Habits::tells_optional] {
            assert!(drawn.iter().any(habit) && !drawn.iter().all(habit));
        }
        let lengths: HashSet<usize> = drawn.iter().map(Habits::page_length).collect();
        assert!(lengths.len() > 10 && lengths.iter().all(|length| (5..=100).contains(length)), "{lengths:?}");
        let delays: HashSet<SignedDuration> = drawn.iter().map(Habits::issue_delay).collect();
        let bounds = SignedDuration::ZERO..=SignedDuration::from_mins(10);
        assert!(delays.len() > 10 && delays.iter().all(|delay| bounds.contains(delay)), "{delays:?}");
    }

    #[test]
    fn what_makes_no_sense_becomes_the_nearest_that_does() {
        let habits = Habits::plain().with_page_length(0).with_issue_delay(SignedDuration::MIN);
        assert_eq!((habits.page_length(), habits.issue_delay()), (1, SignedDuration::ZERO));
    }

    #[test]
    fn every_form_of_a_certificate_is_the_same_certificate() {
        let base = "http://127.0.0.1:1/".parse().unwrap();
        let authority = crate::ca::Authority::new(
            &base,
            crate::ca::IssuerKeys::OfEachKind,
            "2026-11-21T12:00:00Z".parse().unwrap(),
        )
        .unwrap();
        let pem = &authority.chain_pem(crate::ca::IssuerId::Root).remove(0);
        let longest = |form: CertificateText| form.write(pem).split('\n').map(str::len).max();
        for (form, width) in [
            (CertificateText::Pem, Some(64)),
            (CertificateText::PemCrLf, Some(65)),
            (CertificateText::Base64Lines64, Some(64)),
            (CertificateText::Base64Lines76, Some(76)),
        ] {
            assert_eq!(longest(form), width, "{form:?}");
        }
        assert!(!CertificateText::Base64.write(pem).contains('\n'));
        let certificate = Certificate::from_pem(pem).unwrap();
        for form in [
            CertificateText::PemCrLf,
            CertificateText::Base64,
            CertificateText::Base64Lines64,
            CertificateText::Base64Lines76,
        ] {
            let text = form.write(pem);
            assert_eq!(
                Certificate::from_pem_or_base64(text.as_bytes()).as_ref(),
                Ok(&certificate),
                "{form:?}"
            );
            assert_eq!(text.contains("BEGIN"), form == CertificateText::PemCrLf);
        }
    }
}
