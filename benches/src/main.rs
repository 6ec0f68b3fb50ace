//! Prints what criterion measured last as ratios: in each group, how many times the others' time ours takes.
//!
//! `ratios [DIRECTORY]`; the directory is criterion's, `target/criterion` if none is given.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The names that our own measurements have.
const OURS: &str = "csr-tools";

/// Median nanoseconds by name of the measurement.
type Group = BTreeMap<String, f64>;

fn main() -> io::Result<()> {
    let directory = env::args_os().nth(1).map_or_else(|| PathBuf::from("target/criterion"), PathBuf::from);
    for (name, group) in groups(&directory)? {
        println!("{name}");
        let ours = group.get(OURS).copied();
        for (peer, nanoseconds) in &group {
            let ratio =
                ours.filter(|_| peer != OURS).map_or_else(String::new, |ours| ratio(ours, *nanoseconds));
            println!("  {peer:<18}{nanoseconds:>14.0} ns{ratio}");
        }
    }
    Ok(())
}

fn ratio(ours: f64, theirs: f64) -> String {
    format!("   {OURS}: {:.2} of its time, {:.2} times as fast", ours / theirs, theirs / ours)
}

/// Every group that has measurements, in the order of their names.
fn groups(directory: &Path) -> io::Result<BTreeMap<String, Group>> {
    let mut groups = BTreeMap::new();
    for group in directories(directory)? {
        let measured: Group = directories(&group)?
            .into_iter()
            .filter_map(|one| Some((name(&one), median(&one.join("new/estimates.json"))?)))
            .collect();
        if !measured.is_empty() {
            groups.insert(name(&group), measured);
        }
    }
    Ok(groups)
}

fn directories(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let entries: io::Result<Vec<_>> = fs::read_dir(directory)?.map(|entry| Ok(entry?.path())).collect();
    Ok(entries?.into_iter().filter(|path| path.is_dir()).collect())
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn median(estimates: &Path) -> Option<f64> {
    let estimates: serde_json::Value = serde_json::from_slice(&fs::read(estimates).ok()?).ok()?;
    estimates.get("median")?.get("point_estimate")?.as_f64()
}
