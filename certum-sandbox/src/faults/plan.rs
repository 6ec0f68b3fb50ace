//! What a fault plan says.

use std::time::Duration;

use serde_json::Value;

use crate::{error::InvalidInput, fields::Fields};

/// How long a slow answer is held between its pieces, where the plan doesn't say.
const SLOW_BODY_PAUSE: Duration = Duration::from_millis(200);

/// Which operations a fault concerns, when it is all of them.
const EVERY_OPERATION: &str = "*";

/// What goes wrong, for which operations, and how often.
///
/// As JSON it is a list of objects: `operation` (a name, or `*`), `kind`, and where they make sense `when`
/// (`before` or `after` the service has committed), `delay_ms`, `count` (strikes so often, then never again)
/// and `probability` (strikes by dice that follow the sandbox's seed).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FaultPlan {
    faults: Vec<Fault>,
}

/// One line of a [`FaultPlan`].
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    operation: String,
    kind: FaultKind,
    point: FaultPoint,
    count: Option<u64>,
    probability: Option<f64>,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The call, or its answer, is held back. Exercises time-outs, and clients that die while they wait.
    Delay(Duration),
    /// The connection is closed without an answer. Exercises the unknown outcome: before the commit nothing
    /// has happened, after it everything has, and the client can't tell which.
    Drop,
    /// HTTP 500 with a body that isn't SOAP, as a proxy in front of a dead service sends.
    Http500,
    /// HTTP 500 with a SOAP fault.
    SoapFault,
    /// HTTP 200 with a body that nobody can read.
    Garbage,
    /// The answer trickles in, with pauses of this length. Exercises total deadlines and split reads.
    SlowBody(Duration),
}

/// On which side of the commit a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultPoint {
    /// The service has not done anything yet, and (unless it was only delayed) never will.
    BeforeCommit,
    /// The service has done what was asked; only the answer suffers.
    AfterCommit,
}

impl FaultPlan {
    /// A plan in which nothing goes wrong.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a fault.
    #[must_use]
    pub fn with(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Reads the JSON form.
    pub fn from_json(json: &[u8]) -> Result<Self, InvalidInput> {
        let value: Value = serde_json::from_slice(json)
            .map_err(|error| InvalidInput::new("body", format!("is not JSON: {error}")))?;
        let Value::Array(entries) = value else {
            return Err(InvalidInput::new("body", "is not a list of faults"));
        };
        let read = |(index, entry)| {
            Fault::from_value(entry).map_err(|error: InvalidInput| {
                InvalidInput::new(error.field, format!("{} (fault {} of the list)", error.reason, index + 1))
            })
        };
        let faults = entries.into_iter().enumerate().map(read).collect::<Result<_, _>>()?;
        Ok(Self { faults })
    }

    /// How many faults it lists.
    pub fn len(&self) -> usize {
        self.faults.len()
    }

    /// Whether nothing goes wrong.
    pub fn is_empty(&self) -> bool {
        self.faults.is_empty()
    }

    pub(super) fn into_faults(self) -> Vec<Fault> {
        self.faults
    }
}

impl Fault {
    /// A fault that strikes every call of the operation (`*`: of any operation). A body can only be slow
    /// after the commit, whatever `point` says.
    pub fn new(operation: impl Into<String>, kind: FaultKind, point: FaultPoint) -> Self {
        let point = match kind {
            FaultKind::SlowBody(_) => FaultPoint::AfterCommit,
            _ => point,
        };
        Self { operation: operation.into(), kind, point, count: None, probability: None }
    }

    /// Strikes so often, then never again.
    #[must_use]
    pub fn times(mut self, count: u64) -> Self {
        self.count = Some(count);
        self
    }

    /// Strikes with this probability, from 0 (never) to 1 (always).
    #[must_use]
    pub fn with_probability(mut self, probability: f64) -> Self {
        self.probability = Some(probability);
        self
    }

    fn from_value(value: Value) -> Result<Self, InvalidInput> {
        let mut fields = Fields::of(value)?;
        let operation = fields.string("operation")?;
        let kind = fields.string("kind")?;
        let delay = fields.optional_whole("delay_ms")?.map(Duration::from_millis);
        let when = match fields.optional_string("when")?.as_deref() {
            None => None,
            Some("before") => Some(FaultPoint::BeforeCommit),
            Some("after") => Some(FaultPoint::AfterCommit),
            Some(_) => return Err(InvalidInput::new("when", "is neither before nor after")),
        };
        let count = fields.optional_whole("count")?;
        let probability = fields.optional_number("probability")?;
        fields.finish()?;
        let (kind, default_point, point_is_fixed) = match kind.as_str() {
            "delay" => {
                let by = delay.ok_or_else(|| InvalidInput::new("delay_ms", "is missing"))?;
                (FaultKind::Delay(by), FaultPoint::BeforeCommit, false)
            }
            "drop_before" => (FaultKind::Drop, FaultPoint::BeforeCommit, true),
            "drop_after" => (FaultKind::Drop, FaultPoint::AfterCommit, true),
            "http_500" => (FaultKind::Http500, FaultPoint::BeforeCommit, false),
            "soap_fault" => (FaultKind::SoapFault, FaultPoint::BeforeCommit, false),
            "garbage" => (FaultKind::Garbage, FaultPoint::AfterCommit, false),
            "slow_body" => {
                (FaultKind::SlowBody(delay.unwrap_or(SLOW_BODY_PAUSE)), FaultPoint::AfterCommit, true)
            }
            _ => {
                return Err(InvalidInput::new(
                    "kind",
                    "is none of delay, drop_before, drop_after, http_500, soap_fault, garbage, slow_body",
                ));
            }
        };
        if delay.is_some() && !matches!(kind, FaultKind::Delay(_) | FaultKind::SlowBody(_)) {
            return Err(InvalidInput::new("delay_ms", "belongs to delay and slow_body alone"));
        }
        if point_is_fixed && when.is_some_and(|when| when != default_point) {
            return Err(InvalidInput::new("when", "contradicts the kind"));
        }
        if probability.is_some_and(|odds| !(0.0..=1.0).contains(&odds)) {
            return Err(InvalidInput::new("probability", "is not between 0 and 1"));
        }
        Ok(Self { operation, kind, point: when.unwrap_or(default_point), count, probability })
    }

    pub(super) fn concerns(&self, operation: &str) -> bool {
        self.operation == EVERY_OPERATION || self.operation == operation
    }

    pub(super) fn is_spent(&self, times: u64) -> bool {
        self.count.is_some_and(|count| times >= count)
    }

    pub(super) fn kind(&self) -> FaultKind {
        self.kind
    }

    pub(super) fn point(&self) -> FaultPoint {
        self.point
    }

    pub(super) fn probability(&self) -> Option<f64> {
        self.probability
    }
}

impl FaultKind {
    /// The name in the JSON form.
    pub(super) fn name(self, point: FaultPoint) -> &'static str {
        match (self, point) {
            (Self::Delay(_), _) => "delay",
            (Self::Drop, FaultPoint::BeforeCommit) => "drop_before",
            (Self::Drop, FaultPoint::AfterCommit) => "drop_after",
            (Self::Http500, _) => "http_500",
            (Self::SoapFault, _) => "soap_fault",
            (Self::Garbage, _) => "garbage",
            (Self::SlowBody(_), _) => "slow_body",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_field_that_is_wrong_and_the_fault_it_is_in() {
        for (json, field) in [
            (r#"{}"#, "body"),
            (r#"[{"kind":"drop_before"}]"#, "operation"),
            (r#"[{"operation":"*"}]"#, "kind"),
            (r#"[{"operation":"*","kind":"earthquake"}]"#, "kind"),
            (r#"[{"operation":"*","kind":"delay"}]"#, "delay_ms"),
            (r#"[{"operation":"*","kind":"garbage","delay_ms":1}]"#, "delay_ms"),
            (r#"[{"operation":"*","kind":"drop_before","when":"after"}]"#, "when"),
            (r#"[{"operation":"*","kind":"garbage","when":"later"}]"#, "when"),
            (r#"[{"operation":"*","kind":"garbage","probability":1.5}]"#, "probability"),
            (r#"[{"operation":"*","kind":"garbage","count":-1}]"#, "count"),
            (r#"[{"operation":"*","kind":"garbage","cuont":1}]"#, "body"),
        ] {
            assert_eq!(FaultPlan::from_json(json.as_bytes()).unwrap_err().field, field, "{json}");
        }
        let second = r#"[{"operation":"*","kind":"garbage"},{"operation":"*"}]"#;
        let error = FaultPlan::from_json(second.as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), "kind: is missing (fault 2 of the list)");
    }

    #[test]
    fn reads_what_the_builder_writes() {
        let json = r#"[{"operation":"quickOrder","kind":"delay","delay_ms":9,"when":"after","count":1}]"#;
        let delay = FaultKind::Delay(Duration::from_millis(9));
        let built = FaultPlan::new().with(Fault::new("quickOrder", delay, FaultPoint::AfterCommit).times(1));
        assert_eq!(FaultPlan::from_json(json.as_bytes()).unwrap(), built);
    }
}
