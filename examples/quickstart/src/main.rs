//! A certificate from order to bundle on embedded defaults: a sandbox for a CA, SQLite for a store.

mod bundle;
mod problem;
mod report;
mod road;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use cert_domain::VerificationMethod;
use clap::Parser;

use crate::report::Report;

/// Buys a certificate from the embedded sandbox: order, proof of the domain, certificate, bundle on disk.
#[derive(Debug, Parser)]
#[command(name = "quickstart", version)]
struct Arguments {
    /// A certificate request (PEM). Without one, a key and a request are made.
    #[arg(long, value_name = "FILE")]
    csr: Option<PathBuf>,

    /// The product's code.
    #[arg(long, value_name = "CODE", default_value = "601")]
    product: String,

    /// A name for the certificate; again for more. The first is the common name. Without any, those of the
    /// request, or shop.example.com.
    #[arg(long = "name", value_name = "DNS")]
    names: Vec<String>,

    /// How to prove control of the names: dns, file, email, or one of the exact methods such as dns-cname.
    #[arg(long, value_name = "METHOD", default_value = "dns")]
    method: String,

    /// Where to write the bundle.
    #[arg(long, value_name = "DIR", default_value = "quickstart-out")]
    out: PathBuf,

    /// Print one JSON object at the end, and nothing else.
    #[arg(long)]
    json: bool,
}

impl Arguments {
    fn method(&self) -> Result<VerificationMethod, problem::Problem> {
        self.method.parse().map_err(|error| problem::Problem::about("--method", &self.method, error))
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let report = Report::new(arguments.json);
    match road::travel(&arguments, &report).await {
        Ok(summary) => {
            report.finish(&summary);
            ExitCode::SUCCESS
        }
        Err(problem) => {
            report.fail(&problem);
            ExitCode::FAILURE
        }
    }
}
