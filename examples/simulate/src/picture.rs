//! Coverage and calls over time, drawn by hand: SVG that can be read in light and in dark.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::judge::{Curve, Month, Verdict};

/// The whole, and the part of it that is drawn on, in pixels.
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 560.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 20.0;
/// Where the two drawings stand: their upper edges, and how high they are.
const COVERAGE: (f64, f64) = (70.0, 220.0);
const CALLS: (f64, f64) = (350.0, 160.0);

const STYLE: &str = "
text { font: 12px system-ui, sans-serif; fill: #1f2933 }
.title { font-size: 15px; font-weight: 600 }
.axis { stroke: #52606d; fill: none }
.grid { stroke: #9aa5b1; stroke-opacity: .35; fill: none }
.covered { fill: #2f7ebc }
.excused { fill: #e0a526 }
.missing { fill: #d3302f }
.calls { stroke: #2f7ebc; stroke-width: 1.5; fill: none }
@media (prefers-color-scheme: dark) {
  text { fill: #e4e7eb }
  .axis { stroke: #9aa5b1 }
  .covered { fill: #5aa7e0 }
  .excused { fill: #f2c14e }
  .missing { fill: #ff6b60 }
  .calls { stroke: #5aa7e0 }
}
";

/// A drawing of a verdict: how many services were owed a certificate in each month, and had one; how many calls were made.
#[must_use]
pub fn picture(verdict: &Verdict, title: &str) -> String {
    let curve = &verdict.curve;
    let mut svg = String::new();
    let size = format!("width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\"");
    add(&mut svg, &format!("<svg xmlns=\"http://www.w3.org/2000/svg\" {size} role=\"img\">"));
    add(&mut svg, &format!("<title>{}</title>", escaped(title)));
    add(&mut svg, &format!("<style>{STYLE}</style>"));
    add(&mut svg, &format!("<text x=\"{LEFT:.1}\" y=\"24.0\" class=\"title\">{}</text>", escaped(title)));
    coverage(&mut svg, curve);
    calls(&mut svg, curve);
    add(&mut svg, "</svg>");
    svg
}

fn coverage(svg: &mut String, curve: &Curve) {
    let months = average_services(curve);
    let most = months.iter().map(|[covered, excused, missing]| covered + excused + missing);
    let (top, height) = COVERAGE;
    let scale = Scale::new(most.fold(0.0, f64::max));
    frame(svg, curve, COVERAGE, scale, "services that are owed a certificate");
    let width = (WIDTH - LEFT - RIGHT) / count(months.len().max(1));
    for (index, parts) in (0..).zip(&months) {
        let (x, mut y) = (LEFT + width * f64::from(index), top + height);
        for (part, class) in parts.iter().zip(["covered", "excused", "missing"]) {
            let tall = scale.share(*part) * height;
            y -= tall;
            if tall > 0.0 {
                add(
                    svg,
                    &format!(
                        "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{tall:.2}\"/>"
                    ),
                );
            }
        }
    }
    let legend =
        [("covered", "covered"), ("excused", "none in force, with an excuse"), ("missing", "missing")];
    let mut x = LEFT;
    for (class, label) in legend {
        add(svg, &format!("<rect class=\"{class}\" x=\"{x}\" y=\"40\" width=\"12\" height=\"12\"/>"));
        text(svg, (x + 18.0, 50.0), "start", label);
        x += 40.0 + 7.0 * count(label.len());
    }
}

/// How many services were covered, excused and missing in each month, on the average.
fn average_services(curve: &Curve) -> Vec<[f64; 3]> {
    let Some(begins) = curve.begins else { return Vec::new() };
    let days = i32::try_from(curve.calls.len()).unwrap_or(i32::MAX);
    let ends = begins.saturating_add(days.days());
    let mut first = begins.first_of_month();
    let mut averages = Vec::new();
    for Month { covered, excused, missing, .. } in &curve.months {
        let next = first.saturating_add(1.month());
        let (from, until) = (first.max(begins), if ends > first { next.min(ends) } else { next });
        let days = f64::from((until - from).get_days().max(1));
        averages.push([covered, excused, missing].map(|seconds| float(*seconds) / 86_400.0 / days));
        first = next;
    }
    averages
}

fn calls(svg: &mut String, curve: &Curve) {
    const WEEK: usize = 7;
    let weeks: Vec<f64> = curve
        .calls
        .chunks(WEEK)
        .map(|days| days.iter().map(|calls| f64::from(*calls)).sum::<f64>() / count(days.len()))
        .collect();
    let (top, height) = CALLS;
    let scale = Scale::new(weeks.iter().copied().fold(0.0, f64::max));
    frame(svg, curve, CALLS, scale, "calls per day, the mean of each week");
    let width = (WIDTH - LEFT - RIGHT) / count(weeks.len().max(1));
    let points = (0..).zip(&weeks).map(|(index, calls)| {
        let x = LEFT + width * (f64::from(index) + 0.5);
        format!("{x:.1},{:.1}", top + height - scale.share(*calls) * height)
    });
    let points: Vec<_> = points.collect();
    add(svg, &format!("<polyline class=\"calls\" points=\"{}\"/>", points.join(" ")));
}

/// The axes of a drawing, with their labels.
fn frame(svg: &mut String, curve: &Curve, (top, height): (f64, f64), scale: Scale, label: &str) {
    let (bottom, right) = (top + height, WIDTH - RIGHT);
    text(svg, (LEFT, top - 6.0), "start", label);
    for value in scale.marks() {
        let y = bottom - scale.share(value) * height;
        add(svg, &format!("<path class=\"grid\" d=\"M{LEFT} {y:.1}H{right}\"/>"));
        text(svg, (LEFT - 8.0, y + 4.0), "end", &format!("{value}"));
    }
    for (x, year) in years(curve) {
        add(svg, &format!("<path class=\"axis\" d=\"M{x:.1} {bottom}v5\"/>"));
        text(svg, (x, bottom + 18.0), "middle", &year.to_string());
    }
    add(svg, &format!("<path class=\"axis\" d=\"M{LEFT} {top}V{bottom}H{right}\"/>"));
}

/// Where years begin.
fn years(curve: &Curve) -> Vec<(f64, i16)> {
    let Some(begins) = curve.begins else { return Vec::new() };
    let days = count(curve.calls.len().max(1));
    let first_days = (1..).map(|year| Date::new(begins.year().saturating_add(year), 1, 1));
    let first_days = first_days.map_while(Result::ok);
    let places = first_days.map(|day| (f64::from((day - begins).get_days()) / days, day.year()));
    let places = places.take_while(|(place, _)| *place < 1.0);
    places.map(|(place, year)| (LEFT + place * (WIDTH - LEFT - RIGHT), year)).collect()
}

/// How an axis runs: up to a round number, in round steps.
#[derive(Clone, Copy)]
struct Scale {
    step: f64,
    steps: u32,
}

impl Scale {
    fn new(most: f64) -> Self {
        let rough = most.max(1.0) / 4.0;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power);
        let step = step.into_iter().find(|step| *step >= rough).unwrap_or(rough).max(1.0);
        let steps = (1..=8).find(|steps| f64::from(*steps) * step >= most).unwrap_or(8);
        Self { step, steps }
    }

    fn share(self, value: f64) -> f64 {
        value / (self.step * f64::from(self.steps))
    }

    fn marks(self) -> impl Iterator<Item = f64> {
        (0..=self.steps).map(move |mark| f64::from(mark) * self.step)
    }
}

fn text(svg: &mut String, (x, y): (f64, f64), anchor: &str, what: &str) {
    let what = escaped(what);
    add(svg, &format!("<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{what}</text>"));
}

fn add(svg: &mut String, line: &str) {
    svg.push_str(line);
    svg.push('\n');
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[allow(clippy::cast_precision_loss, reason = "pixels need no more")]
fn float(number: u64) -> f64 {
    number as f64
}

#[allow(clippy::cast_precision_loss, reason = "pixels need no more")]
fn count(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn verdict() -> Verdict {
        let mut verdict = Verdict::default();
        verdict.curve.begins = Some(date(2026, 11, 22));
        verdict.curve.calls = vec![40; 365];
        let mut month = Month::default();
        (month.covered, month.missing) = (86_400 * 30 * 3, 86_400 * 30);
        verdict.curve.months = vec![month; 12];
        verdict
    }

    #[test]
    fn draws_what_is_covered_and_what_is_missing_with_axes() {
        let svg = picture(&verdict(), "3 < 4");
        assert_eq!(svg.matches("<rect class=\"missing\"").count(), 12 + 1);
        assert_eq!(svg.matches("<rect class=\"excused\"").count(), 1);
        assert!(svg.contains(">2027</text>") && svg.contains(">calls per day"), "{svg}");
        assert!(svg.contains("3 &lt; 4") && !svg.contains("NaN"), "{svg}");
    }

    #[test]
    fn draws_a_run_in_which_nothing_happened() {
        let svg = picture(&Verdict::default(), "nothing");
        assert!(svg.ends_with("</svg>\n") && !svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }

    #[test]
    fn ends_axes_at_round_numbers() {
        for (most, step, steps) in [(0.0, 1.0, 1), (4.0, 1.0, 4), (9.0, 5.0, 2), (1_000.0, 500.0, 2)] {
            let scale = Scale::new(most);
            assert_eq!((scale.step, scale.steps), (step, steps), "{most}");
        }
    }
}
