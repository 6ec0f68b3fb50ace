//! Everything that a list holds, page after page.
//!
//! # Expected flow
//! ```
//! # async fn example(api: &dyn certum_api::PartnerApi) -> Result<(), certum_api::Error> {
//! use std::pin::pin;
//!
//! use certum_api::operations::GetModifiedOrders;
//! use certum_api::{Timestamp, pages};
//! use futures::TryStreamExt;
//!
//! let request = GetModifiedOrders::new(Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
//! let mut orders = pin!(pages::modified_orders(api, request));
//! while let Some(order) = orders.try_next().await? {
//!     println!("{:?}", order.order_status);
//! }
//! # Ok(()) }
//! ```
//!
//! # Guarantees
//! - One page is in memory, of a range of changes that was split also the one before, and the next is asked for when the
//!   last record of this one was taken.
//! - A range that the CA calls too wide (code 1154), or that has more pages than can be asked for, is split in
//!   time before any of its records is told, down to one second: into about as many as it needs, where the CA tells its pages.
//! - So is a range of changes that has more than one page: an order that changes between two pages leaves its place, and the
//!   one behind the page would move onto it unseen. What is told by one answer can't be torn. Where the CA does not tell how
//!   many pages there are, the second one is asked for before the first one counts.
//! - Dropping a stream, or the future of its next record, leaves nothing behind: all of these calls are reads.
//! - After an error the stream ends. What [`changes`] said to be told by then is. It asks again for a page that failed between two
//!   that didn't: a range may take many calls, and could otherwise be read only when none of them fails.
//!
//! # Caveats
//! - A list that changes while it is read page by page may tell a record twice, or not at all: the pages are the CA's. For
//!   changes that is left for more than a page within a second.
//! - Whether the CA's ranges include their ends is unknown, so that the halves of a split range share a moment. A
//!   record of exactly that moment may be told twice.

use std::future::Future;
use std::pin::Pin;

use futures::Stream;
use futures::stream::{TryStreamExt, iter, try_unfold};
use jiff::{SignedDuration, Timestamp};

use crate::api::{PartnerApi, Reply};
use crate::error::{Error, ErrorKind, Retry};
use crate::error_code::ErrorCode;
use crate::operations::{
    ExpiringCertificate, GetExpiringCertificates, GetModifiedOrders, GetOrdersByDateRange,
};
use crate::types::Order;
use crate::wire::Operation;

/// The last page that can be asked for (code 1153).
pub const LAST_PAGE: u32 = 100;

/// The shortest range that is still asked for after a split.
const SHORTEST: SignedDuration = SignedDuration::from_secs(1);

/// Into how many ranges one is split at most.
const MOST_PARTS: i64 = 1000;

/// The orders placed in a range of time. The request's page number is not used.
///
/// # Errors
/// Those of the calls; [`ErrorKind::TooManyPages`] if even a second has more pages than can be asked for.
pub fn orders_by_date_range<P: PartnerApi + ?Sized>(
    api: &P,
    request: GetOrdersByDateRange,
) -> impl Stream<Item = Result<Order, Error>> + Send + '_ {
    records(api, request)
}

/// The orders whose last change of state lies in a range of time. The request's page number is not used.
///
/// # Errors
/// Those of the calls; [`ErrorKind::TooManyPages`] if even a second has more pages than can be asked for.
pub fn modified_orders<P: PartnerApi + ?Sized>(
    api: &P,
    request: GetModifiedOrders,
) -> impl Stream<Item = Result<Order, Error>> + Send + '_ {
    records(api, request)
}

/// What has changed, as one answer tells it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Changes {
    /// The orders, in the CA's order.
    pub orders: Vec<Order>,
    /// Whatever changed in the request's range before this moment was told by now. Never earlier than that of the
    /// answer before.
    pub through: Timestamp,
}

/// The same as [`modified_orders`], answer by answer: whoever fails half-way can go on where it was. The request's page
/// number is not used.
///
/// # Errors
/// Those of the calls; [`ErrorKind::TooManyPages`] if even a second has more pages than can be asked for.
pub fn changes<P: PartnerApi + ?Sized>(
    api: &P,
    request: GetModifiedOrders,
) -> impl Stream<Item = Result<Changes, Error>> + Send + '_ {
    let from = request.from_date;
    parts(api, request, true).map_ok(move |Part { records, through }| Changes {
        orders: records,
        through: through.unwrap_or(from),
    })
}

/// The certificates that end within a number of days. The request's page number is not used.
///
/// # Errors
/// Those of the calls; [`ErrorKind::TooManyPages`] if there are more than can be asked for: before any record, if the
/// CA tells the number of pages.
pub fn expiring_certificates<P: PartnerApi + ?Sized>(
    api: &P,
    request: GetExpiringCertificates,
) -> impl Stream<Item = Result<ExpiringCertificate, Error>> + Send + '_ {
    records(api, request)
}

type Fetch<'a, R> = Pin<Box<dyn Future<Output = Result<Reply<R>, Error>> + Send + 'a>>;

/// A request for a page.
trait Paged: Operation + Clone + 'static {
    type Record: Clone + PartialEq + Send;

    /// Whether a record leaves its place when it changes, so that it matters when each page is read.
    const MOVES: bool;

    fn set_page(&mut self, page: u32);
    fn fetch<'a, P: PartnerApi + ?Sized>(&'a self, api: &'a P) -> Fetch<'a, Self::Response>;
    fn records(response: Self::Response) -> Vec<Self::Record>;
    /// The range of time that it asks for, if it asks for one.
    fn range(&self) -> Option<(Timestamp, Timestamp)>;
    /// The same in so many ranges of about the same length, the earliest first; fewer if it is too short for that, and none
    /// if it can't be split.
    fn split(&self, parts: i64) -> Vec<Self>;
}

macro_rules! paged_orders {
    ($request:ident, $fetch:ident, moves: $moves:literal) => {
        impl Paged for $request {
            type Record = Order;

            const MOVES: bool = $moves;

            fn set_page(&mut self, page: u32) {
                self.page_number = Some(page);
            }

            fn fetch<'a, P: PartnerApi + ?Sized>(&'a self, api: &'a P) -> Fetch<'a, Self::Response> {
                api.$fetch(self)
            }

            fn records(response: Self::Response) -> Vec<Order> {
                response.orders
            }

            fn range(&self) -> Option<(Timestamp, Timestamp)> {
                Some((self.from_date, self.to_date))
            }

            fn split(&self, parts: i64) -> Vec<Self> {
                let stretches = stretches(self.from_date, self.to_date, parts).into_iter();
                stretches.map(|(from_date, to_date)| Self { from_date, to_date, ..self.clone() }).collect()
            }
        }
    };
}

paged_orders!(GetOrdersByDateRange, get_orders_by_date_range, moves: false);
paged_orders!(GetModifiedOrders, get_modified_orders, moves: true);

impl Paged for GetExpiringCertificates {
    type Record = ExpiringCertificate;

    const MOVES: bool = false;

    fn set_page(&mut self, page: u32) {
        self.page_number = Some(page);
    }

    fn fetch<'a, P: PartnerApi + ?Sized>(&'a self, api: &'a P) -> Fetch<'a, Self::Response> {
        api.get_expiring_certificates(self)
    }

    fn records(response: Self::Response) -> Vec<ExpiringCertificate> {
        response.expiring_certificates
    }

    fn range(&self) -> Option<(Timestamp, Timestamp)> {
        None
    }

    fn split(&self, _: i64) -> Vec<Self> {
        Vec::new()
    }
}

/// So many stretches of time, of whole seconds but for the last, that make up a range. Fewer if it is too short for that, and
/// none if it can't be split.
fn stretches(from: Timestamp, to: Timestamp, parts: i64) -> Vec<(Timestamp, Timestamp)> {
    let length = to.duration_since(from);
    let parts = parts.clamp(2, MOST_PARTS);
    let each = SignedDuration::from_secs(length.as_secs() / parts).max(SHORTEST);
    let mut stretches = Vec::new();
    let mut start = from;
    for _ in 1..parts {
        let Some(end) = start.checked_add(each).ok().filter(|end| *end < to) else { break };
        stretches.push((start, end));
        start = end;
    }
    if !stretches.is_empty() {
        stretches.push((start, to));
    }
    stretches
}

/// What one answer tells.
struct Part<R> {
    records: Vec<R>,
    /// Up to when everything was told with it, of a list of what lies in a range of time.
    through: Option<Timestamp>,
}

/// How far a list has been read.
struct Progress<Q: Paged> {
    /// What is read now, and what is asked of it next.
    current: Option<(Q, Step)>,
    /// Ranges to be read after it, the earliest last.
    later: Vec<Q>,
    /// What was told last of a list that is split for its changes: the next range may tell the end of it again.
    told: Vec<Q::Record>,
    /// Whether the CA has kept back how many pages there are.
    is_silent: bool,
    /// Whether one call may fail: the one before was answered.
    may_fail: bool,
}

/// What is asked of a range next.
#[derive(Clone, Copy)]
enum Step {
    /// Its first page, of which nothing is known yet.
    First,
    /// A page, by its number.
    Page(u32),
    /// Whether there is a second page, where the CA does not tell how many there are.
    Beyond,
    /// Its first page, after there was no second one: whatever has left it since is told later on.
    Alone,
}

fn records<P: PartnerApi + ?Sized, Q: Paged>(
    api: &P,
    request: Q,
) -> impl Stream<Item = Result<Q::Record, Error>> + Send + '_ {
    parts(api, request, false).map_ok(|part| iter(part.records.into_iter().map(Ok))).try_flatten()
}

fn parts<P: PartnerApi + ?Sized, Q: Paged>(
    api: &P,
    request: Q,
    asks_again: bool,
) -> impl Stream<Item = Result<Part<Q::Record>, Error>> + Send + '_ {
    let current = Some((request, Step::First));
    let start = Progress { current, later: Vec::new(), told: Vec::new(), is_silent: false, may_fail: false };
    try_unfold(start, move |mut progress| async move {
        while let Some((request, step)) = progress.current.take() {
            match progress.turn(api, request.clone(), step).await {
                Ok(part) => {
                    progress.may_fail = asks_again;
                    if let Some(part) = part {
                        return Ok(Some((part, progress)));
                    }
                }
                Err(error) if progress.may_fail && error.retry() == Retry::Later => {
                    progress.may_fail = false;
                    progress.current = Some((request, step));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    })
}

impl<Q: Paged> Progress<Q> {
    /// Fetches a page, and settles what comes after it. `None` if nothing of it can be told yet.
    async fn turn<P: PartnerApi + ?Sized>(
        &mut self,
        api: &P,
        mut request: Q,
        step: Step,
    ) -> Result<Option<Part<Q::Record>>, Error> {
        let page = match step {
            Step::First | Step::Alone => 1,
            Step::Page(page) => page,
            Step::Beyond => 2,
        };
        request.set_page(page);
        let (from, to) = request.range().unzip();
        let reply = match request.fetch(api).await {
            Ok(reply) => reply,
            Err(error) if error.has_code(ErrorCode::NO_SUCH_PAGE) => {
                if matches!(step, Step::Beyond) {
                    self.current = Some((request, Step::Alone));
                    return Ok(None);
                }
                self.go_on();
                return Ok(Some(Part { records: Vec::new(), through: to }));
            }
            Err(error) if !matches!(step, Step::Page(_)) && error.has_code(ErrorCode::RANGE_TOO_WIDE) => {
                return if self.split(&request, 2) { Ok(None) } else { Err(error) };
            }
            Err(error) => return Err(error),
        };
        let pages = reply.header.pages_count;
        let mut records = Q::records(reply.response);
        let is_empty = records.is_empty();
        let too_many = || Error::new(Q::NAME, Q::EFFECT, ErrorKind::TooManyPages { limit: LAST_PAGE });
        match step {
            Step::First if Q::MOVES && pages.is_none() && !is_empty => {
                self.is_silent = true;
                self.current = Some((request, Step::Beyond));
                return Ok(None);
            }
            Step::Beyond if is_empty => {
                self.current = Some((request, Step::Alone));
                return Ok(None);
            }
            Step::First | Step::Beyond => {
                let most = if Q::MOVES { 1 } else { LAST_PAGE };
                let is_too_long = matches!(step, Step::Beyond) || is_beyond(pages, most);
                // Half as many again as would do if all of them were full: they seldom are as full as each other.
                let parts = pages.map_or(2, |pages| pages.saturating_mul(3) / (2 * i64::from(most)));
                if is_too_long && self.split(&request, parts) {
                    return Ok(None);
                }
                if is_beyond(pages, LAST_PAGE) {
                    return Err(too_many());
                }
                if matches!(step, Step::Beyond) {
                    // Page by page, since it can't be told at once.
                    self.current = Some((request, Step::Page(1)));
                    return Ok(None);
                }
            }
            Step::Page(_) | Step::Alone => {}
        }
        records.retain(|record| !self.told.contains(record));
        if Q::MOVES && !self.later.is_empty() && !records.is_empty() {
            self.told.clone_from(&records);
        }
        // Without a number of pages, an empty one or a refused one (1155) is the end.
        let is_last = match pages {
            Some(_) => !is_beyond(pages, page),
            None => is_empty || matches!(step, Step::Alone),
        };
        if is_last {
            self.go_on();
        } else if page < LAST_PAGE {
            self.current = Some((request, Step::Page(page + 1)));
        } else {
            return Err(too_many());
        }
        Ok(Some(Part { records, through: if is_last { to } else { from } }))
    }

    /// Goes on with the next range.
    fn go_on(&mut self) {
        let step = if self.is_silent { Step::Beyond } else { Step::First };
        self.current = self.later.pop().map(|next| (next, step));
    }

    /// Reads a range in parts, the earliest first. `false` if it is too short for that.
    fn split(&mut self, request: &Q, parts: i64) -> bool {
        let parts = request.split(parts);
        let is_split = !parts.is_empty();
        if is_split {
            self.later.extend(parts.into_iter().rev());
            self.go_on();
        }
        is_split
    }
}

/// Whether there are pages behind one.
fn is_beyond(pages: Option<i64>, page: u32) -> bool {
    pages.is_some_and(|pages| pages > i64::from(page))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn splits_a_range_at_whole_seconds_until_it_is_a_second_long() {
        let start = at("2026-11-01T00:00:00Z");
        let split = |end: &str, parts| {
            let stretches = stretches(start, at(end), parts);
            let millis = |moment: Timestamp| moment.duration_since(start).as_millis();
            for pair in stretches.windows(2) {
                assert_eq!(pair[0].1, pair[1].0);
            }
            assert!(
                stretches.is_empty()
                    || stretches[0].0 == start && stretches[stretches.len() - 1].1 == at(end)
            );
            stretches.into_iter().map(|(_, end)| millis(end)).collect::<Vec<_>>()
        };
        assert_eq!(split("2026-11-01T00:01:00Z", 2), [30_000, 60_000]);
        assert_eq!(split("2026-11-01T00:01:00Z", 7), [8_000, 16_000, 24_000, 32_000, 40_000, 48_000, 60_000]);
        assert_eq!(split("2026-11-01T00:00:03Z", 2), [1_000, 3_000]);
        assert_eq!(split("2026-11-01T00:00:03Z", 50), [1_000, 2_000, 3_000]);
        assert_eq!(split("2026-11-01T00:00:01.5Z", 2), [1_000, 1_500]);
        assert_eq!(split("2026-11-01T00:00:01Z", 2), [0; 0]);
        assert_eq!(split("2026-10-01T00:00:00Z", 2), [0; 0]);
        assert_eq!(split("2026-11-01T00:00:09Z", i64::MIN), [4_000, 9_000]);
    }
}
