//! What every page stands on: services, sales, records, clocks, texts.

use std::sync::Arc;

use axum::response::Html;
use cert_lifecycle::records::Records;
use cert_lifecycle::sales::Sales;
use cert_lifecycle::{Clock, Entropy, Lifecycle, SystemClock, SystemEntropy};
use certum_sandbox::Sandbox;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value as Json;

use crate::page::Pages;
use crate::people::Tries;
use crate::problem::Problem;
use crate::visitor::Visitor;

/// The shop that the panel is the front of.
pub struct Shop {
    /// The services.
    pub lifecycle: Lifecycle,
    /// What is sold, and what it costs.
    pub sales: Sales,
    /// The CA, where it is the sandbox.
    pub sandbox: Option<Arc<Sandbox>>,
    /// People and sessions, by the clock on the wall: a sandbox's days pass faster.
    pub(crate) records: Records,
    pub(crate) pages: Pages,
    pub(crate) tries: Tries,
    /// Whether people come by TLS.
    pub(crate) is_secure: bool,
    /// Whether a proxy of ours says where people come from.
    pub(crate) is_behind_proxy: bool,
    /// The time that services live in: the sandbox's, where there is one.
    pub(crate) clock: Arc<dyn Clock>,
}

impl Shop {
    /// The time that services live in.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Today, for services.
    pub(crate) fn today(&self) -> Date {
        self.now().to_zoned(TimeZone::UTC).date()
    }

    /// The time on the wall.
    pub(crate) fn wall_now(&self) -> Timestamp {
        SystemClock::default().now()
    }

    /// 32 unpredictable bytes in hexadecimal.
    pub(crate) fn random(&self) -> Result<String, Problem> {
        let mut bytes = [0; 32];
        SystemEntropy::default().fill(&mut bytes)?;
        Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// A page for a visitor.
    pub(crate) fn page(&self, name: &str, visitor: &Visitor, content: Json) -> Result<Html<String>, Problem> {
        Ok(Html(self.pages.render(name, visitor, content)?))
    }
}
